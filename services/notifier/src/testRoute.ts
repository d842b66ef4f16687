import { ChannelTestSchema, laneOf, UbotError, Uuid, type Channel, type Failure } from '@ubot/contracts';
import {
  channelById,
  channelForDelivery,
  openSessionsOf,
  readCapFacts,
  withTransaction,
  writeAudit,
  type Database,
  type OwnedId,
} from '@ubot/db';
import type { SendOutcome } from '@ubot/notify';
import { newId, requireUser, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import { exampleAlert } from './exampleAlert.ts';
import type { Lanes } from './lanes.ts';
import { referenceOf } from './reference.ts';
import type { OpenCaps } from './stages/caps.ts';

const ById = Type.Object({ id: Uuid }, { additionalProperties: false });
const VALID_MS = 600_000;

interface TestOptions {
  readonly db: Database;
  readonly lanes: Lanes;
  readonly caps: OpenCaps;
  readonly publicUrl: string | null;
  readonly nowMs: () => number;
  /** The caller waits for no longer. */
  readonly timeoutMs: number;
}

/**
 * Sends a message that says it is a test, by the driver and in the form of an alert, and answers with what the provider
 * said. It counts against the caps like any message, before it is sent; it is no alert's, so that the ledger has none of
 * it. A channel that is paused because nothing got there can be tried so before it is resumed.
 *
 * Errors: NOT_FOUND, CHANNEL_UNVERIFIED, CHANNEL_OPTED_OUT, CHANNEL_NOT_CONFIGURED, OVER_CAP; what the provider answered:
 *         CHANNEL_REFUSED, CHANNEL_RATE_LIMITED, CHANNEL_UNREACHABLE, CHANNEL_OUTCOME_UNKNOWN, …
 */
export function addTestRoute(app: HttpApp, options: TestOptions): void {
  app.post(
    '/channels/:id/test',
    { schema: { params: ById, response: { 200: ChannelTestSchema } } },
    async (request) => {
      const owned = { userId: requireUser(request).userId, id: request.params.id };
      const channel = await channelById(options.db, owned);
      if (channel === null) throw new UbotError('NOT_FOUND');
      if (!channel.verified) throw new UbotError('CHANNEL_UNVERIFIED');
      if (channel.paused?.reason === 'opted_out') throw new UbotError('CHANNEL_OPTED_OUT');
      if (options.lanes.driver(laneOf(channel.target)) === undefined) throw new UbotError('CHANNEL_NOT_CONFIGURED');
      const text = textOf(channel);
      const notificationId = newId();
      await count(options, { owned, channel, text, reference: referenceOf(notificationId) });
      const outcome = await withinTime(send(options, { owned, channel, text, notificationId }), options.timeoutMs);
      if (outcome.kind === 'unknown') {
        throw new UbotError('CHANNEL_OUTCOME_UNKNOWN', OUTCOME_UNKNOWN, { outcomeUnknown: true });
      }
      if (outcome.kind !== 'accepted') throw new UbotError(outcome.failure.code, outcome.failure.detail);
      return { text, providerStatus: outcome.providerStatus, segments: outcome.segments ?? null };
    },
  );
}

const textOf = ({ name, target }: Channel): string => {
  const said = `Test message of uBot: alerts arrive here, on "${name}". Nothing has fired.`;
  return target.kind === 'voice' ? said.replaceAll('"', '') : said;
};

/** In the caps' own transaction, with the record of who asked. */
async function count(
  { db, caps, nowMs }: TestOptions,
  given: { owned: OwnedId; channel: Channel; text: string; reference: string },
): Promise<void> {
  const { owned, channel, text, reference } = given;
  const { userId } = owned;
  const facts = await readCapFacts(db, userId);
  if (facts === null) throw new UbotError('NOT_FOUND');
  const notification = { userId, purpose: 'alert', countedAtMs: null, ...facts } as const;
  const refused = await withTransaction(db, async (tx) => {
    const budget = await caps({ tx, nowMs: nowMs(), batch: [notification] });
    const taken = budget.take({ notification, target: channel.target, text, reference });
    if ('end' in taken) return taken;
    await budget.save();
    await writeAudit(tx, { atMs: nowMs(), userId, action: 'channel.test', subjectId: channel.id });
    return null;
  });
  if (refused !== null) throw new UbotError('OVER_CAP', refused.detail);
}

async function send(
  { db, lanes, publicUrl, nowMs }: TestOptions,
  given: { owned: OwnedId; channel: Channel; text: string; notificationId: string },
): Promise<SendOutcome> {
  const { owned, channel, text, notificationId } = given;
  const { target } = channel;
  const delivery = await channelForDelivery(db, owned);
  const sessions = target.kind === 'whatsapp' ? await openSessionsOf(db, [target.to], nowMs()) : new Set();
  // A browser knows where its uBot is.
  const path = '/channels';
  const link = target.kind === 'web_push' ? path : publicUrl === null ? null : `${publicUrl}${path}`;
  // A person waits for it, so it goes at once; the alerts behind it wait for its share of the rate.
  lanes.limits.spend(target);
  return lanes.send(laneOf(target), {
    verb: 'send',
    request: {
      notificationId,
      target,
      signingSecret: delivery?.signingSecret ?? null,
      text,
      isTest: true,
      reference: referenceOf(notificationId),
      alert: exampleAlert({
        strategy: null,
        name: 'Test message',
        template: null,
        userId: owned.userId,
        nowMs: nowMs(),
      }),
      sessionOpen: target.kind === 'whatsapp' && sessions.has(target.to),
      validForMs: VALID_MS,
      link,
    },
    notAfterMs: nowMs() + VALID_MS,
  });
}

const OUTCOME_UNKNOWN = 'The provider has not said whether it took the message, which may arrive all the same.';
const TOO_LATE: Failure = { code: 'CHANNEL_OUTCOME_UNKNOWN', detail: OUTCOME_UNKNOWN };

async function withinTime(sending: Promise<SendOutcome>, timeoutMs: number): Promise<SendOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<SendOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'unknown', failure: TOO_LATE }), timeoutMs);
  });
  try {
    return await Promise.race([sending, late]);
  } finally {
    clearTimeout(timer);
  }
}
