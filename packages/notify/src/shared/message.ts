import type { Alert, ChannelTarget, Failure } from '@ubot/contracts';
import type { HttpAnswer } from './httpPost.ts';
import type { CodeOutcome, CodeRequest, LookUpOutcome, Picture, SendOutcome, SendRequest } from '../types.ts';

/** A provider that cannot be asked what became of a message: it stays unknown rather than being sent twice. */
export function cannotBeAsked(name: string): LookUpOutcome {
  const failure: Failure = { code: 'CHANNEL_OUTCOME_UNKNOWN', detail: `${name} cannot be asked what it has taken.` };
  return { kind: 'cannot_be_asked', failure };
}

/** One message, whether it is an alert or a code. */
export interface Message {
  readonly target: ChannelTarget;
  readonly title: string;
  readonly text: string;
  /** What a shortened text has to end with. */
  readonly end: string;
  readonly sentAtMs: number | null;
  /** Where the alert is shown; null where there is nothing to open. */
  readonly link: string | null;
  readonly picture: Picture | null;
  readonly signal: AbortSignal;
}

/** A provider that answers so has surely not taken the message, perhaps because of its picture. */
const PICTURE_REFUSED: readonly (number | null)[] = [400, 413, 415];

/** Posts a message with its picture; what is refused goes once more without it, so that no picture costs an alert. */
export async function withOrWithoutPicture(
  picture: Picture | null,
  post: (picture: Picture | null) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const answer = await post(picture);
  return picture !== null && PICTURE_REFUSED.includes(answer.status) ? post(null) : answer;
}

/** What services that show a title above the text get. */
export const titleOf = (
  { coin, strategyName }: Pick<Alert, 'coin' | 'strategyName'>,
  digest?: readonly Alert[] | undefined,
): string => (digest === undefined ? `${coin.symbol}: ${strategyName}` : `${digest.length} alerts`);

export function alertMessage(request: SendRequest): Message {
  const { target, text, alert, digest, reference, link = null, picture = null, signal } = request;
  const title = titleOf(alert, digest);
  return { target, title, text, end: reference, sentAtMs: alert.triggeredAtMs, link, picture, signal };
}

/** A code on its way to a person, by the same way as an alert. */
export async function sendCodeBy(
  post: (message: Message) => Promise<SendOutcome>,
  { target, text, code, signal }: CodeRequest,
): Promise<CodeOutcome> {
  const outcome = await post({
    target,
    title: 'uBot',
    text,
    end: code,
    sentAtMs: null,
    link: null,
    picture: null,
    signal,
  });
  return outcome.kind === 'accepted' ? { kind: 'sent' } : { kind: 'failed', failure: outcome.failure };
}
