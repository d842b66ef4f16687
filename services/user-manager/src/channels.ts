import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  addressMistake,
  laneOf,
  LIMITS,
  PICTURE_KINDS,
  type Channel,
  type ChannelCreated,
  type ChannelInput,
  type ChannelOptions,
  type ChannelTarget,
  type Result,
} from '@ubot/contracts';
import {
  channelById,
  countChannels,
  deleteChannel,
  insertChannel,
  listChannels,
  lockUser,
  readChannelModule,
  updateChannel,
  withTransaction,
  writeAudit,
  type Database,
  type OwnedId,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { NOT_FOUND } from './failures.ts';

const SIGNING_SECRET_BYTES = 32;

/**
 * What uBot writes into its own log needs no proof; nor does a browser, whose keys only it has: who names another's
 * endpoint without them reaches nobody.
 */
const WITHOUT_PROOF: ReadonlySet<ChannelTarget['kind']> = new Set<ChannelTarget['kind']>(['log', 'web_push']);

/** The address of a target that its user may choose freely. */
function addressIn(target: ChannelTarget): string | null {
  if (target.kind === 'webhook') return target.url;
  if (target.kind === 'ntfy') return target.server;
  return target.kind === 'web_push' ? target.endpoint : null;
}

export interface Channels {
  list(userId: string): Promise<Channel[]>;
  get(owned: OwnedId): Promise<Result<Channel>>;
  create(userId: string, input: ChannelInput): Promise<Result<ChannelCreated>>;
  change(owned: OwnedId, input: ChannelInput): Promise<Result<Channel>>;
  /** Strategies that use it keep its id; their deliveries then say CHANNEL_GONE. */
  delete(owned: OwnedId): Promise<Result<null>>;
}

export interface ChannelsOptions {
  db: Database;
  nowMs: () => number;
  /** Why a webhook's address cannot be saved; null when it can. */
  webhookRefusal: (url: string) => Promise<Result<never> | null>;
  /** Whether a channel has to be shown to be its user's before alerts go there. */
  asksForProof: boolean;
}

/** An option that another kind has would do nothing, which its user would find out in an emergency. */
function optionRefusal({ kind }: ChannelTarget, options: ChannelOptions | undefined): Result<never> | null {
  if (options?.fallback !== undefined && kind !== 'whatsapp') {
    return refused(`Only a WhatsApp channel can fall back to SMS, and this one is of the kind ${kind}.`);
  }
  if (options?.picture !== undefined && !PICTURE_KINDS.includes(kind)) {
    return refused(`A channel of the kind ${kind} takes no pictures.`);
  }
  return null;
}

const refused = (detail: string): Result<never> => ({ ok: false, failure: { code: 'VALIDATION_FAILED', detail } });

export function createChannels({ db, nowMs, webhookRefusal, asksForProof }: ChannelsOptions): Channels {
  const needsProof = ({ kind }: ChannelTarget): boolean => asksForProof && !WITHOUT_PROOF.has(kind);
  const targetRefusal = async (target: ChannelTarget) => {
    if (target.kind === 'module') return moduleRefusal(db, target);
    const address = addressIn(target);
    return address === null ? null : webhookRefusal(address);
  };
  return {
    list: (userId) => listChannels(db, userId),

    async get(owned) {
      const channel = await channelById(db, owned);
      return channel === null ? NOT_FOUND : { ok: true, value: channel };
    },

    async create(userId, { name, target, enabled, digest, options }) {
      const refusal = optionRefusal(target, options) ?? (await targetRefusal(target));
      if (refusal !== null) return refusal;
      return withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, userId))) return NOT_FOUND;
        if ((await countChannels(tx, userId)) >= LIMITS.channelsPerUser) {
          const detail = `You have ${LIMITS.channelsPerUser} channels, which is as many as an account may have.`;
          return { ok: false, failure: { code: 'LIMIT_REACHED', detail } };
        }
        const atMs = nowMs();
        const id = newId();
        const state = { enabled: enabled ?? true, verified: !needsProof(target), digest: digest ?? null };
        const stamps = { createdAtMs: atMs, updatedAtMs: atMs };
        const set = options === undefined || Object.keys(options).length === 0 ? {} : { options };
        const channel = { id, userId, name, target, ...state, ...set, ...stamps };
        const signingSecret =
          target.kind === 'webhook' ? randomBytes(SIGNING_SECRET_BYTES).toString('base64url') : null;
        await insertChannel(tx, channel, signingSecret);
        await writeAudit(tx, { atMs, userId, action: 'channel.create', subjectId: id, detail: { kind: target.kind } });
        return { ok: true, value: { ...channel, signingSecret } };
      });
    },

    async change(owned, { name, target, enabled, digest, options }) {
      const refusal = optionRefusal(target, options) ?? (await targetRefusal(target));
      if (refusal !== null) return refusal;
      return withTransaction(db, async (tx) => {
        const channel = await channelById(tx, owned);
        if (channel === null) return NOT_FOUND;
        if (laneOf(channel.target) !== laneOf(target)) {
          const detail = `A channel keeps its kind (${laneOf(channel.target)}); make a new one for ${laneOf(target)}.`;
          return { ok: false, failure: { code: 'VALIDATION_FAILED', detail } };
        }
        const atMs = nowMs();
        const unverify = needsProof(target) && !isDeepStrictEqual(target, channel.target);
        const state = {
          enabled: enabled ?? channel.enabled,
          digest: digest === undefined ? channel.digest : digest,
          options: options ?? channel.options ?? {},
          unverify,
        };
        const change = { ...owned, name, target, ...state, updatedAtMs: atMs };
        const changed = await updateChannel(tx, change);
        if (changed === null) return NOT_FOUND;
        await writeAudit(tx, { atMs, userId: owned.userId, action: 'channel.change', subjectId: owned.id });
        return { ok: true, value: changed };
      });
    },

    async delete(owned) {
      return withTransaction(db, async (tx) => {
        if (!(await deleteChannel(tx, owned))) return NOT_FOUND;
        await writeAudit(tx, { atMs: nowMs(), userId: owned.userId, action: 'channel.delete', subjectId: owned.id });
        return { ok: true, value: null };
      });
    },
  };
}

/** Why a module's channel cannot be saved: no notifier has loaded the module, or it does not take the address. */
async function moduleRefusal(
  db: Database,
  { module, address }: Extract<ChannelTarget, { kind: 'module' }>,
): Promise<Result<never> | null> {
  const handles = await readChannelModule(db, module);
  if (handles === null) {
    const detail = `There is no channel module "${module}" on this uBot.`;
    return { ok: false, failure: { code: 'CHANNEL_NOT_CONFIGURED', detail } };
  }
  const detail = addressMistake(handles.address, address);
  return detail === null ? null : { ok: false, failure: { code: 'CHANNEL_TARGET_INVALID', detail } };
}
