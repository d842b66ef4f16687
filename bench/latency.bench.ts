import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Channel, Strategy } from '@ubot/contracts';
import { cmcCoin, createCmcServer, type CmcFrame } from '@ubot/testing';
import { until } from '../test/lib/process.ts';
import { createStack, type Stack } from '../test/lib/stack.ts';
import { percentile, type Bench } from './lib/bench.ts';

const COINS = 10_000;
const STRATEGIES = 1_000;
const FRAMES = 24;
const WARM_UP_FRAMES = 2;
const POLL_S = 5;
const GOAL_MS = 1_000;

/** In frame k every hundredth coin, from k on, is above 100: a hundred alerts a snapshot. */
function frames(): CmcFrame[] {
  const startMs = Date.UTC(2026, 0, 1);
  return Array.from({ length: FRAMES }, (_, k) => ({
    coins: Array.from({ length: COINS }, (_coin, i) =>
      cmcCoin({ id: i + 1, priceUsd: i % 100 === k % 100 ? 110 : 90, updatedAtMs: startMs + k * 60_000 }),
    ),
  }));
}

/** Passes everything on to the provider and notes when each poll's last listing page had been answered. */
async function createObserver(target: string): Promise<{ url: string; answeredAtMs: number[]; server: Server }> {
  const answeredAtMs: number[] = [];
  const server = createServer((incoming, outgoing) => {
    const forward = request(
      `${target}${incoming.url ?? ''}`,
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        outgoing.on('finish', () => {
          const listing = /listings\/latest.*[?&]start=(\d+)/.exec(incoming.url ?? '');
          if (listing === null || answer.statusCode !== 200) return;
          if (listing[1] === '1') answeredAtMs.push(Date.now());
          else answeredAtMs[answeredAtMs.length - 1] = Date.now();
        });
      },
    );
    forward.on('error', () => outgoing.destroy());
    incoming.pipe(forward);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answeredAtMs, server };
}

async function makeStrategies(stack: Stack): Promise<void> {
  const channel = await until('the gateway to take a channel', () =>
    stack.api<Channel>('POST', '/channels', { name: 'Phone', target: { kind: 'sms', to: '+33612345678' } }),
  );
  for (let i = 0; i < STRATEGIES; i += 1) {
    await stack.api<Strategy>('POST', '/strategies', {
      name: `Above ${i}`,
      universe: { kind: 'coins', ids: Array.from({ length: COINS / STRATEGIES }, (_, j) => i + 1 + STRATEGIES * j) },
      timeframe: '1m',
      condition: `price > ${99 + (i % 100) / 1_000}`,
      trigger: { on: 'snapshot' },
      channelIds: [channel.id],
    });
  }
}

export const bench: Bench = {
  name: 'latency',
  about: `from the provider's answer to the SMS request: ${COINS} coins, ${STRATEGIES} strategies, five processes`,
  async run({ log }) {
    const cmc = await createCmcServer({
      frames: frames(),
      plan: { creditsMonthly: 1_000_000_000, rateLimitMinute: 1_000_000 },
    });
    const observer = await createObserver(cmc.url);
    cmc.failAlways({ kind: 'error', errorCode: 500 });
    const stack = await createStack({
      cmc: { baseUrl: observer.url, apiKey: cmc.apiKey },
      env: { UBOT_POLL_INTERVAL: String(POLL_S), CMC_COINS: String(COINS), UBOT_REQUESTS_PER_MINUTE: '1000000' },
    });
    try {
      for (const name of ['user-manager', 'scanner', 'notifier', 'gateway']) stack.service(name).start();
      await makeStrategies(stack);
      log(`${STRATEGIES} strategies made`);
      cmc.failAlways(null);
      await stack.start();
      await until('all frames', () => cmc.framesShown() >= FRAMES, 300_000);
      await new Promise((resolve) => setTimeout(resolve, 2 * POLL_S * 1_000));
      const rows = await stack.query<{ at: string; body: string }>(
        `select (extract(epoch from a.triggered_at) * 1000)::bigint::text as at, n.body
         from alert.notifications n join alert.alerts a on a.id = n.alert_id where n.body is not null`,
      );
      const snapshots = await stack.query<{ at: string }>(
        'select (extract(epoch from taken_at) * 1000)::bigint::text as at from market.snapshots order by taken_at',
      );
      const answered = new Map(snapshots.map(({ at }, index) => [at, observer.answeredAtMs[index] ?? Number.NaN]));
      const measured = new Set(snapshots.slice(WARM_UP_FRAMES).map(({ at }) => at));
      const arrived = new Map(stack.twilio.messages().map(({ body, acceptedAtMs }) => [body, acceptedAtMs]));
      const latencies = rows
        .filter(({ at }) => measured.has(at))
        .map(({ at, body }) => (arrived.get(body) ?? Number.NaN) - (answered.get(at) ?? Number.NaN));
      const p95 = percentile(latencies, 95);
      log(`${latencies.length} alerts measured`);
      return {
        name: 'latency',
        figures: [
          { label: 'p95 from answer to SMS request', value: p95, unit: 'ms', goal: `≤ ${GOAL_MS}`, ok: p95 <= GOAL_MS },
          { label: 'median', value: percentile(latencies, 50), unit: 'ms', goal: 'none', ok: true },
          {
            label: 'alerts measured',
            value: latencies.length,
            unit: 'alerts',
            goal: '≥ 1000, none missing',
            ok: latencies.length >= 1_000 && !latencies.some(Number.isNaN),
          },
        ],
      };
    } finally {
      await stack.close();
      observer.server.close();
      await cmc.close();
    }
  },
};
