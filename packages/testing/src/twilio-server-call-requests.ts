import { callError, callPage, callResource, placeCall, type PlacedCall } from './twilio-server-calls.ts';
import { answer, answerError, overLimit, pause, type Asked, type World } from './twilio-server-world.ts';

export function callOf(world: World, sid: string): PlacedCall {
  const call = world.calls.find((each) => each.sid === sid);
  if (call === undefined) throw new Error(`No call ${sid} was made.`);
  return call;
}

/** Twilio's Calls API: create, list by number, fetch. */
export async function answerCalls(world: World, given: Asked): Promise<void> {
  const { request, url, form, response } = given;
  const base = `/2010-04-01/Accounts/${world.accountSid}/Calls`;
  if (url.pathname === `${base}.json` && request.method === 'GET') {
    if (!world.listAvailable) return answerError(response, { code: 20503 });
    return answer(response, 200, callPage(world.calls, url.searchParams));
  }
  const call = world.calls.find(({ sid }) => url.pathname === `${base}/${sid}.json`);
  if (call !== undefined) return answer(response, 200, callResource(call));
  if (url.pathname !== `${base}.json`) return answerError(response, { code: 20404, path: url.pathname });
  world.creations += 1;
  const [to, from] = [form.get('To') ?? '', form.get('From') ?? ''];
  const refusal = callError(form) ?? overLimit(world, form);
  if (refusal !== null) return answerError(response, { code: refusal, to, from });
  const behaviour = world.scripted.shift() ?? world.byDefault;
  const asked = behaviour.answer ?? 'created';
  const placed =
    (behaviour.accept ?? typeof asked === 'string')
      ? placeCall(form, { accountSid: world.accountSid, nowMs: world.nowMs() })
      : null;
  if (placed !== null) world.calls.push(placed);
  if (behaviour.delayMs !== undefined) await pause(world, behaviour.delayMs);
  if (asked === 'hang') return;
  if (asked === 'cut' || (placed === null && typeof asked === 'string')) return void response.destroy();
  if (typeof asked === 'object') {
    if (asked.retryAfterS !== undefined) response.setHeader('retry-after', asked.retryAfterS);
    return answerError(response, { ...asked, to, from });
  }
  // As it was made, however far it has come meanwhile.
  if (placed !== null) answer(response, 201, { ...callResource(placed), status: 'queued', price: null });
}
