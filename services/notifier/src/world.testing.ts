import type { ChannelTarget, Digest, Strategy, Trigger } from '@ubot/contracts';
import { DEFAULT_TRIGGER } from '@ubot/contracts';
import {
  claimAlerts,
  createDatabase,
  insertChannel,
  insertStrategy,
  insertUser,
  withTransaction,
  type Database,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { waitFor } from '@ubot/testing';

export const SECRET = 'internal-secret-of-32-characters!!';
export const SIGNING_SECRET = 'whsec-of-the-test-0123';

export interface World {
  readonly db: Database;
  readonly userId: string;
  addUser(): Promise<string>;
  addChannel(
    target: ChannelTarget,
    options?: { enabled?: boolean; verified?: boolean; userId?: string; digest?: Digest | null },
  ): Promise<string>;
  /** Claims an alert as the scanner does, with a notification for each channel. */
  addAlert(options: AlertOptions): Promise<AddedAlert>;
  row(notificationId: string): Promise<LedgerRow>;
  rows(): Promise<LedgerRow[]>;
  /** A notification once it is in a state; rejects after 20 s. */
  inState(notificationId: string, state: string): Promise<LedgerRow>;
  close(): Promise<void>;
}

export interface AlertOptions {
  readonly channelIds: readonly string[];
  readonly userId?: string;
  readonly triggeredAtMs?: number;
  readonly message?: string | null;
  readonly trigger?: Partial<Trigger>;
  readonly tags?: readonly string[];
  readonly urgent?: boolean;
  readonly coinId?: number;
}

export interface AddedAlert {
  readonly id: string;
  readonly sequence: string;
  readonly strategyId: string;
  readonly notificationIds: readonly string[];
}

export interface LedgerRow {
  readonly id: string;
  readonly user_id: string;
  readonly state: string;
  readonly digest_id: string | null;
  readonly attempts: number;
  readonly body: string | null;
  readonly provider: string | null;
  readonly provider_message_id: string | null;
  readonly provider_status: string | null;
  readonly error_code: string | null;
  readonly error_detail: string | null;
  readonly sent_as: string | null;
  readonly sent_as_reason: string | null;
  readonly next_attempt_at: Date;
  readonly lease_owner: string | null;
  readonly sent_at: Date | null;
  readonly delivered_at: Date | null;
  readonly segments: number | null;
  readonly price: string | null;
  readonly currency: string | null;
  readonly price_estimated: boolean | null;
  readonly counted_at: Date | null;
  readonly counted_day: string | null;
  readonly price_due_at: Date | null;
}

/** A database with one user, and verbs that add what the other services would have written. */
export async function createWorld(connectionString: string, nowMs: () => number = Date.now): Promise<World> {
  const db = createDatabase({ connectionString, applicationName: 'notifier-test', poolSize: 4 });
  const addUser = async (): Promise<string> => {
    const id = newId();
    await insertUser(db, {
      id,
      email: `${id}@example.com`,
      role: 'user',
      passwordHash: null,
      passwordOnce: false,
      settings: { timeZone: 'Europe/Paris' },
      createdAtMs: nowMs(),
    });
    return id;
  };
  const firstUser = await addUser();
  const rowOf = async (id: string): Promise<LedgerRow> => {
    const [row] = await db.query<LedgerRow>('select * from alert.notifications where id = $1', [id]);
    if (row === undefined) throw new Error(`no notification ${id}`);
    return row;
  };

  return {
    db,
    userId: firstUser,
    addUser,
    async addChannel(target, options = {}) {
      const id = newId();
      const { enabled = true, verified = true, userId = firstUser, digest = null } = options;
      const stamps = { createdAtMs: nowMs(), updatedAtMs: nowMs() };
      const channel = { id, userId, name: 'mine', target, enabled, verified, digest, ...stamps };
      await insertChannel(db, channel, target.kind === 'webhook' ? SIGNING_SECRET : null);
      return id;
    },
    async addAlert(options) {
      const strategy = strategyOf(options, options.userId ?? firstUser, nowMs());
      const notifications = options.channelIds.map((channelId) => ({ id: newId(), channelId }));
      const [claimed] = await withTransaction(db, async (tx) => {
        await insertStrategy(tx, strategy);
        const body = bodyOf(strategy, options);
        return claimAlerts(tx, { alerts: [{ id: newId(), body, notifications }], nowMs: nowMs() });
      });
      if (claimed === undefined) throw new Error('the alert was there already');
      return { ...claimed, strategyId: strategy.id, notificationIds: notifications.map(({ id }) => id) };
    },
    row: rowOf,
    inState: (id, state) =>
      waitFor(
        async () => {
          const row = await rowOf(id);
          return row.state === state ? row : null;
        },
        { what: `state ${state}`, deadlineMs: 20_000 },
      ),
    rows: () => db.query<LedgerRow>('select * from alert.notifications order by id'),
    close: () => db.close(),
  };
}

function strategyOf(options: AlertOptions, userId: string, nowMs: number): Strategy {
  return {
    id: newId(),
    userId,
    version: 1,
    versionId: newId(),
    name: 'Dip',
    enabled: true,
    universe: { kind: 'all' },
    timeframe: '1h',
    indicators: [],
    tags: [...(options.tags ?? [])],
    urgent: options.urgent ?? false,
    condition: 'close < 36000',
    trigger: { ...DEFAULT_TRIGGER, ...options.trigger },
    message: options.message ?? null,
    channelIds: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

function bodyOf(strategy: Strategy, options: AlertOptions) {
  const triggeredAtMs = options.triggeredAtMs ?? Date.now();
  return {
    userId: strategy.userId,
    strategyId: strategy.id,
    strategyVersionId: strategy.versionId,
    strategyVersion: 1,
    strategyName: strategy.name,
    coin: { id: options.coinId ?? 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
    timeframe: '1h' as const,
    triggeredAtMs,
    snapshotTakenAtMs: triggeredAtMs,
    priceUsd: 35_000,
    source: 'coinmarketcap',
    condition: strategy.condition,
    explanation: 'close = 35000 < 36000',
    values: [{ text: 'close', value: 35_000 }],
    candle: null,
    late: false,
    mayRepaint: false,
  };
}
