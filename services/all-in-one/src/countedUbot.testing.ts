import { DEFAULT_TRIGGER, type Strategy } from '@ubot/contracts';
import { claimAlerts, createDatabase, withTransaction } from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { createStatementCounter, createTestDatabase, waitFor } from '@ubot/testing';
import { startWholeUbot, type WholeUbot } from './wholeUbot.testing.ts';

export interface CountedUbot {
  /** Asks /graphql; → how many things the lists had, and the statements by which the services read them. */
  ask(rows: number): Promise<{ lengths: number[]; statements: string[] }>;
  close(): Promise<void>;
}

/** Everything that hangs together, one list below the other. */
const QUERY = `query ($n: Int) {
  alerts(limit: $n) { alerts {
    sequence
    coin { symbol ticker { priceUsd } }
    strategy { name channels { name } }
    notifications { state channel { name } }
  } }
  strategies(limit: $n) { strategies { name channels { name } alerts(limit: 2) { sequence notifications { state } } } }
  watchlists { name coins(limit: $n) { name } }
}`;

const LONGEST = 100;
const READS =
  /^\s*(select|with)\b(?!.*\bfor update\b).*\b(from|join) "?(account|alert|market)"?\."?(alerts|notifications|strategies|channels|watchlists|coins)\b/is;
const NOT_OURS = /\b(next_attempt_at|lease_until|count\()/;

/** A whole uBot whose every statement is seen on its way, with 100 strategies, an alert and a delivery of each. */
export async function startCountedUbot(): Promise<CountedUbot> {
  const database = await createTestDatabase();
  const counter = await createStatementCounter(database.url);
  const ubot = await startWholeUbot({
    env: {
      DATABASE_URL: counter.url,
      DEMO_COINS: '120',
      UBOT_POLL_INTERVAL: '3600',
      UBOT_GRAPHQL_COST: '50000',
    },
  });
  await fill(ubot, database.url);
  return {
    async ask(rows) {
      // Whose token it is must be known already: how long that is remembered is another matter.
      await ubot.call('GET', '/api/v1/me');
      counter.take();
      const answer = await ubot.call('POST', '/graphql', { body: { query: QUERY, variables: { n: rows } } });
      const statements = counter.take().filter((text) => READS.test(text) && !NOT_OURS.test(text));
      const { data, errors } = answer.body as { data: Lists; errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      const lengths = [data.alerts.alerts, data.strategies.strategies, data.watchlists[0]?.coins ?? []];
      return { lengths: lengths.map(({ length }) => length), statements };
    },
    async close() {
      await ubot.close();
      await counter.close();
      await database.close();
    },
  };
}

interface Lists {
  alerts: { alerts: unknown[] };
  strategies: { strategies: unknown[] };
  watchlists: { coins: unknown[] }[];
}

async function fill(ubot: WholeUbot, databaseUrl: string): Promise<void> {
  const made = async (path: string, body: unknown) => (await ubot.call('POST', `/api/v1${path}`, { body })).body;
  const coins = (await ubot.call('GET', `/api/v1/coins?limit=${LONGEST}`)).body as { id: number }[];
  const coinIds = coins.map(({ id }) => id);
  await made('/watchlists', { name: 'All', coinIds });
  const channel = (await made('/channels', { name: 'Log', target: { kind: 'log' } })) as { id: string };
  const strategies: Strategy[] = [];
  for (const id of coinIds) {
    const input = { name: `Of ${id}`, universe: { kind: 'coins', ids: [id] }, timeframe: '1h', condition: 'close > 0' };
    strategies.push((await made('/strategies', { ...input, enabled: false, channelIds: [channel.id] })) as Strategy);
  }
  const db = createDatabase({ connectionString: databaseUrl, applicationName: 'test', poolSize: 1 });
  try {
    const alerts = strategies.map((strategy, index) => alertOf(strategy, coinIds[index] ?? 1));
    await withTransaction(db, (tx) => claimAlerts(tx, { alerts, nowMs: Date.now() }));
    const waiting = `select 1 from alert.notifications where state in ('queued', 'sending') limit 1`;
    await waitFor(async () => (await db.query(waiting)).length === 0, { deadlineMs: 30_000, what: 'the deliveries' });
  } finally {
    await db.close();
  }
}

function alertOf(strategy: Strategy, coinId: number) {
  const nowMs = Date.now();
  const body = {
    userId: strategy.userId,
    strategyId: strategy.id,
    strategyVersionId: strategy.versionId,
    strategyVersion: strategy.version,
    strategyName: strategy.name,
    coin: { id: coinId, symbol: `C${coinId}`, name: `Coin ${coinId}`, slug: `coin-${coinId}` },
    timeframe: strategy.timeframe,
    triggeredAtMs: nowMs,
    snapshotTakenAtMs: nowMs,
    priceUsd: 1,
    source: 'demo',
    condition: strategy.condition,
    explanation: 'close = 1 > 0',
    values: [],
    candle: null,
    late: false,
    mayRepaint: DEFAULT_TRIGGER.on === 'snapshot',
  };
  return { id: newId(), body, notifications: strategy.channelIds.map((channelId) => ({ id: newId(), channelId })) };
}
