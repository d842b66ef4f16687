import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { contentVariables, creationError } from './twilio-server-answers.ts';
import { callbackForm, postCallback, type CallbackStep } from './twilio-server-callbacks.ts';
import { segmentsOf } from './twilio-server-segments.ts';
import { messagePage, messageResource, type AcceptedMessage } from './twilio-server-store.ts';
import {
  answer,
  answerError,
  overLimit,
  pause,
  type Asked,
  type TwilioBehaviour,
  type World,
} from './twilio-server-world.ts';

const SEGMENT_USD = 0.0083;
const WHATSAPP_USD = 0.005;
const TEMPLATE = 'Market alert: {{1}} (uBot)';

/** Twilio's Messages API: create, list, fetch. */
export async function answerMessages(world: World, { request, url, form, response }: Asked): Promise<void> {
  const base = `/2010-04-01/Accounts/${world.accountSid}/Messages`;
  if (url.pathname === `${base}.json` && request.method === 'POST') {
    return create(world, form, response);
  }
  if (url.pathname === `${base}.json` && request.method === 'GET') {
    if (!world.listAvailable) return answerError(response, { code: 20503 });
    const shownUntilMs = world.nowMs() - world.listLagMs;
    const shown = world.store.all().filter((message) => message.acceptedAtMs <= shownUntilMs);
    return answer(
      response,
      200,
      messagePage(shown, { accountSid: world.accountSid, query: url.searchParams, nowMs: world.nowMs() }),
    );
  }
  const sid = url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length + 1).replace(/\.json$/, '') : '';
  const message = request.method === 'GET' ? world.store.find(sid) : undefined;
  if (message !== undefined) return answer(response, 200, messageResource(message, world.nowMs()));
  return answerError(response, { code: 20404, path: url.pathname });
}

async function create(world: World, form: URLSearchParams, response: ServerResponse): Promise<void> {
  world.creations += 1;
  const to = form.get('To') ?? '';
  const number = to.replace(/^whatsapp:/, '');
  const refusal = creationError(form) ?? (world.optedOut.has(number) ? 21610 : null) ?? overLimit(world, form);
  if (refusal !== null) return answerError(response, { code: refusal, to, from: form.get('From') ?? '' });
  const behaviour = world.scripted.shift() ?? world.byDefault;
  const asked = behaviour.answer ?? 'created';
  // An error means "not taken" unless the script says that it was taken all the same.
  const message = (behaviour.accept ?? typeof asked === 'string') ? accept(world, form, behaviour) : null;
  if (behaviour.delayMs !== undefined) await pause(world, behaviour.delayMs);
  if (asked === 'hang') return;
  if (asked === 'cut') return void response.destroy();
  if (typeof asked === 'object') {
    if (asked.retryAfterS !== undefined) response.setHeader('retry-after', asked.retryAfterS);
    return answerError(response, { ...asked, to, from: form.get('From') ?? '' });
  }
  if (message === null) return void response.destroy();
  answer(response, 201, {
    ...messageResource(message, world.nowMs()),
    price: null,
    status: message.messagingServiceSid === null ? 'queued' : 'accepted',
  });
}

function accept(world: World, form: URLSearchParams, behaviour: TwilioBehaviour): AcceptedMessage {
  const to = form.get('To') ?? '';
  const contentSid = form.get('ContentSid');
  const body = contentSid === null ? (form.get('Body') ?? '') : fill(world, form, contentSid);
  const isWhatsApp = to.startsWith('whatsapp:');
  const segments = isWhatsApp ? 1 : segmentsOf(body);
  const message: AcceptedMessage = {
    sid: `SM${randomBytes(16).toString('hex')}`,
    accountSid: world.accountSid,
    to,
    from: form.get('From') ?? '',
    messagingServiceSid: form.get('MessagingServiceSid'),
    body,
    contentSid,
    contentVariables: form.get('ContentVariables'),
    statusCallback: form.get('StatusCallback'),
    validityPeriod: form.get('ValidityPeriod'),
    acceptedAtMs: world.nowMs(),
    segments,
    mediaUrl: form.get('MediaUrl'),
    priceUsd: isWhatsApp ? WHATSAPP_USD : segments * SEGMENT_USD,
    pricedAtMs: world.nowMs() + world.priceLagMs,
    status: 'queued',
    errorCode: null,
    sentAtMs: null,
  };
  world.store.add(message);
  const errorCode = isWhatsApp ? whatsAppError(world, form) : null;
  const steps =
    errorCode === null
      ? (behaviour.callbacks ?? world.callbacks)
      : [{ status: 'failed', afterMs: 20, errorCode } as const];
  void fetchMedia(world, message).then((fetched) =>
    report(world, message, fetched ? steps : [{ status: 'failed', afterMs: 0, errorCode: 63_019 }]),
  );
  return message;
}

/** The provider fetches the picture itself, and fails the message when it cannot. */
async function fetchMedia(world: World, { sid, mediaUrl }: AcceptedMessage): Promise<boolean> {
  if (mediaUrl == null) return true;
  try {
    const answer = await fetch(mediaUrl, { signal: AbortSignal.timeout(5_000) });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok || answer.headers.get('content-type') !== 'image/png') return false;
    world.media.set(sid, bytes);
    return true;
  } catch {
    return false;
  }
}

/** WhatsApp's own refusals come after the message was accepted. */
function whatsAppError(world: World, form: URLSearchParams): number | null {
  const contentSid = form.get('ContentSid');
  const number = (form.get('To') ?? '').slice('whatsapp:'.length);
  if (contentSid === null) return world.sessions.has(number) ? null : 63016;
  const wanted = new Set(variablesOf(world.templates.get(contentSid) ?? TEMPLATE)).size;
  return contentVariables(form)?.size === wanted ? null : 63028;
}

/** The numbers of a template's variables, as often as they stand in it. */
export const variablesOf = (text: string): number[] =>
  [...text.matchAll(/\{\{(\d+)\}\}/g)].map(([, name]) => Number(name));

function fill(world: World, form: URLSearchParams, contentSid: string): string {
  const variables = contentVariables(form) ?? new Map<string, string>();
  const text = world.templates.get(contentSid) ?? TEMPLATE;
  return text.replace(/\{\{(\d+)\}\}/g, (written, name: string) => variables.get(name) ?? written);
}

async function report(world: World, message: AcceptedMessage, steps: readonly CallbackStep[]): Promise<void> {
  for (const step of steps) {
    await pause(world, step.afterMs);
    message.status = step.status;
    message.errorCode = step.errorCode ?? null;
    message.sentAtMs ??= world.nowMs();
    if (message.statusCallback === null) continue;
    for (let time = 0; time < (step.times ?? 1); time += 1) {
      const form = callbackForm(message, { status: step.status, errorCode: step.errorCode });
      world.posted.push(await postCallback(message, { authToken: world.authToken, form }));
    }
  }
}
