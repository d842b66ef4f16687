import type { Channel, Strategy } from '@ubot/contracts';
import { cmcCoin, createCmcServer, seededRandom, type CmcFrame, type CmcServer } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './lib/process.ts';
import { createStack, type Stack } from './lib/stack.ts';

/**
 * mother-app, scanner, notifier and PostgreSQL are killed with SIGKILL at random moments while prices move every second.
 * Afterwards the stored snapshots are replayed by a few lines of this file, which share no code with the product, and
 * three records must agree: what these lines expect, what was claimed, and what the provider accepted.
 */
const SEED = Number(process.env['UBOT_STORY_SEED'] ?? Date.now() % 1_000_000);
const KILLS = 44;
const COINS = 30;
const FRAMES = 600;
const TARGETS = ['mother-app', 'scanner', 'notifier', 'postgres'] as const;

interface Rule {
  readonly name: string;
  readonly kind: 'snapshot' | 'candle';
  readonly isTrue: (priceUsd: number) => boolean;
  readonly condition: string;
}

/** Prices walk around 100, so that each of these is crossed now and then. */
const RULES: readonly Rule[] = [
  { name: 'over', kind: 'snapshot', condition: 'price > 102', isTrue: (price) => price > 102 },
  { name: 'under', kind: 'snapshot', condition: 'price < 98', isTrue: (price) => price < 98 },
  {
    name: 'between',
    kind: 'snapshot',
    condition: '99.9 < price < 100.1',
    isTrue: (price) => 99.9 < price && price < 100.1,
  },
  { name: 'closed over', kind: 'candle', condition: 'close > 100', isTrue: (price) => price > 100 },
];

function walk(random: () => number): CmcFrame[] {
  const prices = Array.from({ length: COINS }, () => 99 + 2 * random());
  const startMs = Date.UTC(2026, 0, 1);
  return Array.from({ length: FRAMES }, (_, index) => ({
    coins: prices.map((_price, i) => {
      // Pulled back to 100, so that it keeps crossing.
      const price = (prices[i] ?? 100) + (random() - 0.5) * 1.6 + (100 - (prices[i] ?? 100)) * 0.05;
      prices[i] = price;
      return cmcCoin({ id: i + 1, priceUsd: price, updatedAtMs: startMs + index * 1_000 });
    }),
  }));
}

/** "strategy coin time" of every step from not true to true. */
function expectedAlerts(
  rule: Rule,
  strategyId: string,
  rows: readonly { coinId: number; atMs: string; priceUsd: number }[],
): string[] {
  const firing = new Set<number>();
  return rows.flatMap(({ coinId, atMs, priceUsd }) => {
    const fires = rule.isTrue(priceUsd) && !firing.has(coinId);
    if (rule.isTrue(priceUsd)) firing.add(coinId);
    else firing.delete(coinId);
    return fires ? [`${strategyId} ${coinId} ${atMs}`] : [];
  });
}

describe('killed at random', () => {
  const random = seededRandom(SEED);
  const killed = Object.fromEntries(TARGETS.map((target) => [target, 0]));
  const strategies = new Map<string, Rule>();
  let cmc: CmcServer;
  let stack: Stack;

  beforeAll(async () => {
    cmc = await createCmcServer({
      frames: walk(random),
      plan: { creditsMonthly: 100_000_000, rateLimitMinute: 100_000 },
    });
    cmc.failAlways({ kind: 'error', errorCode: 500 });
    stack = await createStack({
      cmc: { baseUrl: cmc.url, apiKey: cmc.apiKey },
      env: {
        UBOT_POLL_INTERVAL: '1',
        CMC_COINS: String(COINS),
        // Codes are another story: this one counts messages.
        UBOT_CHANNEL_VERIFICATION: 'off',
        UBOT_NOTIFIER_LEASE_MS: '3000',
        UBOT_NOTIFIER_GRACE_MS: '1000',
      },
    });
    // A provider that takes its time is killed in the middle of more often.
    stack.twilio.setDefault({ delayMs: 40 });
    for (const name of ['user-manager', 'scanner', 'notifier', 'gateway']) stack.service(name).start();
    const channel = await until('the gateway to take a channel', () =>
      stack.api<Channel>('POST', '/channels', { name: 'Phone', target: { kind: 'sms', to: '+33612345678' } }),
    );
    for (const rule of RULES) {
      const { id } = await stack.api<Strategy>('POST', '/strategies', {
        name: rule.name,
        universe: { kind: 'all' },
        timeframe: '1m',
        condition: rule.condition,
        trigger: { on: rule.kind === 'snapshot' ? 'snapshot' : 'candle_close' },
        channelIds: [channel.id],
      });
      strategies.set(id, rule);
    }
    await until('the scanner to know the strategies', async () => {
      const answer = await fetch('http://127.0.0.1:3002/metrics');
      return / 4$/m.test(
        (await answer.text()).split('\n').find((line) => /^ubot_scanner_strategies\b/.test(line)) ?? '',
      );
    });
    cmc.failAlways(null);
    await stack.start();
  });
  afterAll(async () => {
    await stack?.close();
    await cmc?.close();
  });

  test(`after ${KILLS} kills everything runs again`, async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300 + random() * 2_200));
      const target = TARGETS[Math.floor(random() * TARGETS.length)] ?? 'scanner';
      killed[target] = (killed[target] ?? 0) + 1;
      if (target === 'postgres') {
        process.kill(stack.postgres.pid(), 'SIGKILL');
      } else {
        await stack.service(target).kill();
        await new Promise((resolve) => setTimeout(resolve, random() * 800));
        stack.service(target).start();
      }
    }
    console.log(`seed ${SEED}: ${KILLS} kills, ${JSON.stringify(killed)}`);
    await stack.start();
    expect(Object.values(killed).reduce((sum, count) => sum + count, 0)).toBe(KILLS);
  });

  test('the prices move on for a minute, then stop, and every notification finds its end', async () => {
    const marketEndMs = Date.now() + 65_000;
    await until('another minute of candles', () => Date.now() > marketEndMs, 90_000);
    await stack.service('mother-app').stop();
    const open = `select count(*)::int as open from alert.notifications where state in ('queued', 'sending', 'unknown')`;
    const behind = `select count(*)::int as behind from market.snapshots where id > (select min(snapshot_id) from alert.scanner_cursor)`;
    const done = await until(
      'the scanner and the notifier to have done everything',
      async () => {
        const [left] = await stack.query<{ behind: number }>(behind);
        const [rows] = await stack.query<{ open: number }>(open);
        return left?.behind === 0 && rows?.open === 0;
      },
      180_000,
    );
    expect(done).toBe(true);
  });

  test('every expected alert was claimed once, and no other', async () => {
    const ticks = await stack.query<{ coinId: number; atMs: string; priceUsd: number }>(
      `select coin_id as "coinId", (extract(epoch from taken_at) * 1000)::bigint::text as "atMs", price_usd as "priceUsd"
       from market.tickers order by taken_at`,
    );
    const candles = await stack.query<{ coinId: number; atMs: string; priceUsd: number }>(
      `select coin_id as "coinId", (extract(epoch from open_at) * 1000 + 60000)::bigint::text as "atMs", close as "priceUsd"
       from market.candles
       where timeframe = '1m' and open_at + interval '1 minute' > (select min(taken_at) from market.snapshots)
       order by open_at`,
    );
    const expected = [...strategies].flatMap(([id, rule]) =>
      expectedAlerts(rule, id, rule.kind === 'snapshot' ? ticks : candles),
    );
    const claimed = await stack.query<{ key: string }>(
      `select strategy_id || ' ' || coin_id || ' ' || (extract(epoch from triggered_at) * 1000)::bigint as key from alert.alerts`,
    );
    console.log(`${ticks.length / COINS} snapshots, ${expected.length} alerts expected, ${claimed.length} claimed`);
    expect(expected.length).toBeGreaterThan(100);
    expect(claimed.map(({ key }) => key).toSorted()).toEqual(expected.toSorted());
  });

  test('the provider accepted each notification once: none lost, none twice', async () => {
    const ledger = await stack.query<{ body: string; state: string }>('select body, state from alert.notifications');
    const accepted = stack.twilio.messages().map(({ body }) => body);
    console.log(`${accepted.length} messages accepted`);
    // A receipt that came while the notifier was dead is not repeated by the provider: those stay "sent".
    expect(ledger.filter(({ state }) => state !== 'sent' && state !== 'delivered')).toEqual([]);
    expect(accepted.toSorted()).toEqual(ledger.map(({ body }) => body).toSorted());
    expect(new Set(accepted).size).toBe(accepted.length);
  });

  test('no snapshot that mother-app acknowledged is missing', async () => {
    const said = stack
      .service('mother-app')
      .lines.filter((line) => line.includes('"snapshot.stored"'))
      .map((line) => (JSON.parse(line) as { snapshotId: string }).snapshotId);
    const stored = new Set(
      (await stack.query<{ id: string }>('select id::text as id from market.snapshots')).map(({ id }) => id),
    );
    expect(said.length).toBeGreaterThan(50);
    expect(said.filter((id) => !stored.has(id))).toEqual([]);
  });
});
