import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_TRIGGER, type ChannelTarget } from '@ubot/contracts';
import { claimAlerts, insertStrategy, withTransaction, type Database } from '@ubot/db';
import { newId } from '@ubot/service-kit';
import {
  createMessengerServer,
  createTwilioServer,
  createWebhookReceiver,
  TELEGRAM_TOKEN,
  type Messaged,
} from '@ubot/testing';
import { freePort, startNotifierProcess } from './processes.testing.ts';
import { createWorld, SECRET } from './world.testing.ts';

/** The kinds of the storm: healthy ones, one whose provider may be slow and one whose provider may be away. */
export const STORM_KINDS = ['webhook', 'discord', 'sms', 'telegram'] as const;
export type StormKind = (typeof STORM_KINDS)[number];

/** Indexes of alerts, from the first to before the last. */
export interface StormRange {
  readonly from: number;
  readonly to: number;
}

export interface StormOptions {
  readonly databaseUrl: string;
  readonly users: number;
  /** SMS are accepted and answered only after this. */
  readonly slowSmsMs: number;
  /** Telegram refuses connections until the storm is healed. */
  readonly isTelegramAway: boolean;
  /** How the notifier is run: as it is built, or from its source. */
  readonly run: 'dist' | 'source';
  readonly env?: Readonly<Record<string, string>>;
}

export interface StormRow {
  readonly index: number;
  readonly kind: StormKind;
  readonly state: string;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  /** From being queued to being accepted; null: not accepted. */
  readonly latencyMs: number | null;
}

export interface Storm {
  startNotifier(): Promise<ChildProcess>;
  /** Claims so many more alerts as the scanner does, a batch each second, each to one channel of one user. → their indexes */
  pour(alerts: number, overMs: number, kinds?: readonly StormKind[]): Promise<StormRange>;
  /** SMS take 30 s from now on, and Telegram refuses connections. */
  sicken(): Promise<void>;
  /** The sick providers are well again. */
  heal(): Promise<void>;
  rows(range?: StormRange): Promise<StormRow[]>;
  /** Messages of these kinds that have not come to an end. */
  open(kinds: readonly StormKind[]): Promise<number>;
  /** How many times each provider took the alert of an index. */
  taken(): Map<number, number>;
  close(): Promise<void>;
}

/** 250 hosts, so that none is one host that everybody sends to. */
const HOSTS = 250;
const NAMED = /Coin (\d+) \(/;

/** A real notifier process, its database, and four providers behind real sockets. */
export async function createStorm(options: StormOptions): Promise<Storm> {
  const world = await createWorld(options.databaseUrl);
  const { db } = world;
  const telegramPort = await freePort();
  const twilio = await createTwilioServer({ callbacks: [] });
  const discord = await createMessengerServer();
  const webhook = await createWebhookReceiver({ host: '0.0.0.0' });
  let telegram = options.isTelegramAway ? null : await createMessengerServer({ port: telegramPort });
  twilio.setDefault({ delayMs: options.slowSmsMs });

  const strategy = await addStrategy(db, world.userId);
  const users = await addUsers(db, options.users, (index) => targetOf(index, webhook.port));
  const children: ChildProcess[] = [];
  /** What Telegram had taken each time it went away. */
  const tookBefore: Messaged[] = [];
  let poured = 0;

  const env = {
    DATABASE_URL: options.databaseUrl,
    UBOT_INTERNAL_SECRET: SECRET,
    NOTIFIER_PORT: '0',
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_BASE_URL: twilio.url,
    TWILIO_FROM: '+15005550006',
    TELEGRAM_BOT_TOKEN: TELEGRAM_TOKEN,
    TELEGRAM_BASE_URL: `http://127.0.0.1:${telegramPort}`,
    DISCORD_BASE_URL: discord.url,
    UBOT_WEBHOOK_ALLOW_PRIVATE: 'true',
    // The rates have tests of their own; here it is the notifier that is to be the limit.
    TWILIO_SMS_PER_SECOND: '10000',
    TELEGRAM_PER_SECOND: '10000',
    UBOT_CHAT_PER_SECOND: '10000',
    UBOT_DIGEST_WAIT_MS: '0',
    UBOT_DIGEST_INTERVAL_MS: '0',
    ...options.env,
  };

  const claim = (from: number, count: number, among: readonly StormUser[]): Promise<unknown> => {
    const alerts = Array.from({ length: count }, (_, i) => {
      const index = from + i;
      const { id: userId, channelId } = among[index % among.length]!;
      return { id: newId(), body: bodyOf(index, userId, strategy), notifications: [{ id: newId(), channelId }] };
    });
    return withTransaction(db, (tx) => claimAlerts(tx, { alerts, nowMs: Date.now() }));
  };

  return {
    async startNotifier() {
      const { child, listening } = startNotifierProcess(options.run, env);
      children.push(child);
      await listening;
      return child;
    },
    async pour(alerts, overMs, kinds = STORM_KINDS) {
      const batches = Math.max(1, Math.round(overMs / 1_000));
      const startMs = Date.now();
      const from = poured;
      const among = users.filter(({ kind }) => kinds.includes(kind));
      for (let batch = 0; batch < batches; batch += 1) {
        const until = Math.round((alerts * (batch + 1)) / batches) - Math.round((alerts * batch) / batches);
        await claim(poured, until, among);
        poured += until;
        await pause(Math.max(0, startMs + ((batch + 1) * overMs) / batches - Date.now()));
      }
      return { from, to: poured };
    },
    async sicken() {
      twilio.setDefault({ delayMs: 30_000 });
      const away = telegram;
      telegram = null;
      tookBefore.push(...(away?.received() ?? []));
      await away?.close();
    },
    async heal() {
      twilio.setDefault({});
      telegram ??= await createMessengerServer({ port: telegramPort });
    },
    rows: ({ from, to } = { from: 0, to: poured }) =>
      db.query<never>(
        `select a.coin_id as index, n.lane as kind, n.state, n.error_code as "errorCode", n.error_detail as "errorDetail",
           (extract(epoch from n.sent_at - n.queued_at) * 1000)::float8 as "latencyMs"
         from alert.notifications n join alert.alerts a on a.id = n.alert_id
         where a.coin_id >= $1 and a.coin_id < $2 order by a.coin_id`,
        [from, to],
      ),
    async open(kinds) {
      // State by state, since each has an index of its own: this is asked while everybody else is busy.
      const ofState = (state: string): string =>
        `(select count(*) from alert.notifications where state = '${state}' and lane = any($1::text[]))`;
      const rows = await db.query<{ count: number }>(
        `select (${['queued', 'sending', 'unknown'].map(ofState).join(' + ')})::int as count`,
        [kinds],
      );
      return rows[0]?.count ?? Number.NaN;
    },
    taken() {
      const texts = [
        ...twilio.messages().map(({ body }) => body),
        ...discord.received().map(({ text }) => text),
        ...[...tookBefore, ...(telegram?.received() ?? [])].map(({ text }) => text),
      ];
      // A webhook may come again after a kill: one of an id that is known already is no second one.
      const ids = new Map(webhook.received().map(({ headers, body }) => [headers['x-ubot-id'] ?? body, body]));
      const counts = new Map<number, number>();
      for (const text of [...texts, ...ids.values()]) {
        const index = Number(NAMED.exec(text)?.[1]);
        counts.set(index, (counts.get(index) ?? 0) + 1);
      }
      return counts;
    },
    async close() {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all([twilio.close(), discord.close(), webhook.close(), telegram?.close(), world.close()]);
    },
  };
}

/** The most that a process has had in memory, and has now, in MB. */
export function memoryOf(child: ChildProcess): { peakMb: number; nowMb: number } {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1_024;
  return { peakMb: read('VmHWM'), nowMb: read('VmRSS') };
}

const TICK_MS = 10;

/** Processor time of a process so far, its own and the system's for it. */
export function processorMsOf(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

const kindOf = (index: number): StormKind => STORM_KINDS[index % STORM_KINDS.length]!;

function targetOf(index: number, webhookPort: number): ChannelTarget {
  const kind = kindOf(index);
  if (kind === 'sms') return { kind, to: `+1415${String(5_000_000 + index)}` };
  if (kind === 'telegram') return { kind, chatId: String(1_000 + index) };
  if (kind === 'discord')
    return { kind, webhookId: String(10_000_000_000_000_000 + index), webhookToken: 'token-of-the-storm' };
  return { kind, url: `http://127.0.0.${1 + (index % HOSTS)}:${webhookPort}/hook/${index}` };
}

async function addStrategy(db: Database, userId: string): Promise<{ id: string; versionId: string }> {
  const strategy = {
    id: newId(),
    userId,
    version: 1,
    versionId: newId(),
    name: 'Storm',
    enabled: true,
    universe: { kind: 'all' as const },
    timeframe: '1h' as const,
    indicators: [],
    condition: 'close < 36000',
    trigger: { ...DEFAULT_TRIGGER, maxAgeMs: 3_600_000 },
    message: null,
    channelIds: [],
    tags: [],
    urgent: false,
    createdAtMs: Date.now(),
    updatedAtMs: Date.now(),
  };
  await withTransaction(db, (tx) => insertStrategy(tx, strategy));
  return strategy;
}

interface StormUser {
  readonly id: string;
  readonly kind: StormKind;
  readonly channelId: string;
}

/** Users with one channel each, in two statements: there may be thousands. */
async function addUsers(
  db: Database,
  count: number,
  target: (index: number) => ChannelTarget,
): Promise<readonly StormUser[]> {
  const users = Array.from({ length: count }, (_, index) => ({
    id: newId(),
    channelId: newId(),
    kind: kindOf(index),
    target: target(index),
  }));
  const ids = users.map(({ id }) => id);
  await db.query(
    `insert into account.users (id, email, role, created_at)
     select id, id || '@example.org', 'user', now() from unnest($1::uuid[]) as u (id)`,
    [ids],
  );
  await db.query(
    `insert into account.channels (id, user_id, name, kind, target, enabled, verified_at, signing_secret, created_at, updated_at)
     select id, user_id, 'mine', target ->> 'kind', target, true, now(), 'whsec-of-the-storm-0123', now(), now()
     from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) as c (id, user_id, target)`,
    [users.map(({ channelId }) => channelId), ids, users.map((user) => JSON.stringify(user.target))],
  );
  return users;
}

function bodyOf(index: number, userId: string, strategy: { id: string; versionId: string }) {
  const atMs = Date.now();
  return {
    userId,
    strategyId: strategy.id,
    strategyVersionId: strategy.versionId,
    strategyVersion: 1,
    strategyName: 'Storm',
    coin: { id: index, symbol: `C${index}`, name: `Coin ${index}`, slug: `coin-${index}` },
    timeframe: '1h' as const,
    triggeredAtMs: atMs,
    snapshotTakenAtMs: atMs,
    priceUsd: 35_000,
    source: 'coinmarketcap',
    condition: 'close < 36000',
    explanation: 'close = 35000 < 36000',
    values: [{ text: 'close', value: 35_000 }],
    candle: null,
    late: false,
    mayRepaint: false,
  };
}
