import { randomUUID } from 'node:crypto';
import {
  ChannelAnswerSchema,
  ChannelLookUpSchema,
  addressMistake,
  type ChannelAnswer,
  type ChannelHandles,
  type ChannelItem,
  type ErrorCode,
  type Failure,
  type ModuleAddress,
} from '@ubot/contracts';
import type { ChannelDriver, CodeRequest, LookUpOutcome, SendOutcome, SendRequest } from '@ubot/notify';
import { isDeclined, type ModuleThread } from '@ubot/pipeline';
import { Compile } from 'typebox/compile';

const channelAnswer = Compile(ChannelAnswerSchema);
const lookUpAnswer = Compile(ChannelLookUpSchema);

/**
 * A channel module of the operator's as a driver like any other. What it answers is checked here; what it throws, or was
 * ended over, is of unknown fate unless the module says that it recognises what it was given before.
 */
export function createModuleDriver(thread: ModuleThread, handles: ChannelHandles): ChannelDriver {
  const process = async (item: ChannelItem, signal: AbortSignal): Promise<SendOutcome> => {
    const mistake = addressMistake(handles.address, item.address);
    if (mistake !== null) return refused('CHANNEL_TARGET_INVALID', mistake);
    const answer = await thread.call('process', item, { signal });
    if (isDeclined(answer)) return refused('CHANNEL_REFUSED', `${handles.label} does not take this message.`);
    if (!answer.ok) return { kind: notTried(answer.failure) ? 'deferred' : 'unknown', failure: answer.failure };
    if (!channelAnswer.Check(answer.value)) {
      return { kind: 'unknown', failure: failure('MODULE_ANSWER_INVALID', `${handles.label} gave no usable answer.`) };
    }
    return outcomeOf(answer.value);
  };

  const itemOf = (request: SendRequest): ChannelItem => ({
    id: request.notificationId,
    address: addressOf(request),
    title: `${request.alert.coin.symbol}: ${request.alert.strategyName}`,
    text: request.text,
    reference: request.reference,
    alert: request.alert,
  });

  const lookUp: ChannelDriver['lookUp'] = async (request): Promise<LookUpOutcome> => {
    if (!thread.verbs.includes('lookUp')) {
      const detail = `${handles.label} cannot be asked what it has taken.`;
      return { kind: 'cannot_be_asked', failure: failure('CHANNEL_OUTCOME_UNKNOWN', detail) };
    }
    const { notificationId: id, text, reference, signal } = request;
    const item = { id, address: addressOf(request), text, reference };
    const answer = await thread.call('lookUp', item, { signal });
    if (isDeclined(answer)) return inconclusive(`${handles.label} does not look this up.`);
    if (!answer.ok) return { kind: 'inconclusive', failure: answer.failure };
    if (!lookUpAnswer.Check(answer.value)) return inconclusive(`${handles.label} gave no usable answer.`);
    const found = answer.value;
    if (found.kind === 'absent') return { kind: 'absent' };
    if (found.kind === 'inconclusive') return inconclusive(found.detail);
    return { kind: 'found', providerMessageId: found.messageId, providerStatus: 'sent', providerErrorCode: null };
  };

  return {
    kind: 'module',
    name: `module:${thread.name}`,
    send: (request) => process(itemOf(request), request.signal),
    // A driver without a look-up is one whose repeats are harmless.
    ...(handles.repeatable !== true && { lookUp }),
    async sendCode(request: CodeRequest) {
      const { code, text, signal } = request;
      const about = { id: randomUUID(), title: 'uBot', reference: code, alert: null };
      const outcome = await process({ ...about, address: addressOf(request), text }, signal);
      return outcome.kind === 'accepted' ? { kind: 'sent' } : { kind: 'failed', failure: outcome.failure };
    },
    close: () => thread.close(),
  };
}

function addressOf({ target }: Pick<SendRequest, 'target'>): ModuleAddress {
  if (target.kind !== 'module') throw new Error(`a module given a target of kind ${target.kind}`);
  return target.address;
}

function outcomeOf(answer: ChannelAnswer): SendOutcome {
  switch (answer.kind) {
    case 'accepted':
      return { kind: 'accepted', providerMessageId: answer.messageId ?? null, providerStatus: 'sent' };
    case 'refused':
      return refused('CHANNEL_REFUSED', answer.detail);
    case 'unknown':
      return { kind: 'unknown', failure: failure('CHANNEL_OUTCOME_UNKNOWN', answer.detail) };
    case 'retry': {
      const { detail, retryAfterMs } = answer;
      if (retryAfterMs === undefined) return { kind: 'retry', failure: failure('CHANNEL_UNREACHABLE', detail) };
      return { kind: 'retry', failure: { code: 'CHANNEL_RATE_LIMITED', detail, retryAfterMs } };
    }
  }
}

const notTried = ({ code }: Failure): boolean => code === 'CIRCUIT_OPEN';
const failure = (code: ErrorCode, detail: string): Failure => ({ code, detail });

function refused(code: ErrorCode, detail: string) {
  return { kind: 'refused' as const, failure: failure(code, detail) };
}

function inconclusive(detail: string): LookUpOutcome {
  return { kind: 'inconclusive', failure: failure('CHANNEL_OUTCOME_UNKNOWN', detail) };
}
