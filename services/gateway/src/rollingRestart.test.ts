import { Agent, request } from 'node:http';
import { LIMITS } from '@ubot/contracts';
import { createHttpApp, createInternalTokens } from '@ubot/service-kit';
import { waitFor } from '@ubot/testing';
import { expect, test } from 'vitest';
import { startGateway, type Harness } from './harness.testing.ts';
import { logger, SECRET } from './services.testing.ts';

/** A market service that takes its time, so that a gateway which stops always has answers under way. */
async function startSlowMarket(): Promise<{ url: string; seen: Map<number, number>; close(): Promise<void> }> {
  const seen = new Map<number, number>();
  const app = createHttpApp({
    service: 'mother-app',
    logger,
    bodyLimitBytes: LIMITS.bodyBytes,
    tokens: createInternalTokens({ secret: SECRET, nowMs: Date.now }),
    isReady: () => true,
  });
  app.get('/coins', async (incoming) => {
    const id = Number((incoming.query as { search: string }).search);
    seen.set(id, (seen.get(id) ?? 0) + 1);
    await new Promise((resolve) => {
      setTimeout(resolve, 20 + (id % 7) * 30);
    });
    return [];
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, seen, close: () => app.close() };
}

type Outcome = 'answered' | 'not taken' | string;

function ask(port: number, id: number, agent: Agent): Promise<Outcome> {
  return new Promise((resolve) => {
    const path = `/api/v1/coins?search=${id}`;
    const sent = request({ port, path, agent, headers: { authorization: 'Bearer my-token' } }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        resolve(answer.statusCode === 200 && answer.complete ? 'answered' : `${answer.statusCode}`),
      );
      answer.on('error', (error) => resolve(`cut: ${error.message}`));
    });
    sent.on('error', () => resolve('not taken'));
    sent.end();
  });
}

/** Asks without a pause until told to stop; what was not taken is asked again, as every client does. */
async function keepAsking(given: {
  port: number;
  agent: Agent;
  ids: () => number;
  isOver: () => boolean;
  outcomes: Map<number, Outcome[]>;
}): Promise<void> {
  while (!given.isOver()) {
    const id = given.ids();
    const tries: Outcome[] = [];
    given.outcomes.set(id, tries);
    do {
      tries.push(await ask(given.port, id, given.agent));
      if (tries.at(-1) === 'not taken') await new Promise((resolve) => setTimeout(resolve, 10));
    } while (tries.at(-1) === 'not taken' && tries.length < 500);
  }
}

test('a gateway that stops while another starts on its port loses no request that it had taken', async () => {
  const market = await startSlowMarket();
  let current: Harness = await startGateway({ MOTHER_APP_URL: market.url });
  const port = Number(new URL(current.url).port);
  const outcomes = new Map<number, Outcome[]>();
  let last = 0;
  let isOver = false;
  const common = { port, ids: () => (last += 1), isOver: () => isOver, outcomes };
  const kept = new Agent({ keepAlive: true, maxSockets: 12 });
  const fresh = new Agent({ keepAlive: false });
  const askers = [kept, fresh].flatMap((agent) => Array.from({ length: 12 }, () => keepAsking({ ...common, agent })));
  for (let restarts = 0; restarts < 3; restarts += 1) {
    const answeredBefore = last;
    await waitFor(() => last > answeredBefore + 60, { what: 'sixty more requests' });
    const stopping = current.close();
    current = await waitFor(() => startGateway({ MOTHER_APP_URL: market.url, UBOT_PORT: port }), { what: 'the port' });
    await stopping;
  }
  const total = last;
  await waitFor(() => last > total + 60, { what: 'answers of the last gateway' });
  isOver = true;
  await Promise.all(askers);
  const tried = [...outcomes];
  expect(tried.length).toBeGreaterThan(240);
  // Each was answered in the end, and no answer was cut, refused or an error.
  expect(tried.filter(([, tries]) => tries.at(-1) !== 'answered')).toEqual([]);
  expect(tried.flatMap(([, tries]) => tries).filter((outcome) => !/^(answered|not taken)$/.test(outcome))).toEqual([]);
  // None that had reached the service was lost on its way back: it would have been asked again, and seen twice.
  expect([...market.seen].filter(([, times]) => times !== 1)).toEqual([]);
  expect(market.seen.size).toBe(tried.length);
  kept.destroy();
  await current.close();
  await market.close();
}, 60_000);

test('an answer that takes too long ends with a code, and the next request is answered', async () => {
  const market = await startSlowMarket();
  const slow = await startGateway({ MOTHER_APP_URL: market.url }, {}, { times: { answerLimitMs: 60 } });
  const answer = await slow.call('/api/v1/coins?search=6');
  expect(answer.body).toMatchObject({ status: 504, code: 'ANSWER_TOO_SLOW' });
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect((await slow.call('/api/v1/me')).status).toBe(200);
  await Promise.all([slow.close(), market.close()]);
});
