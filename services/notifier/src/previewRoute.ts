import {
  CHANNEL_KINDS,
  placeholderKey,
  placeholdersIn,
  PreviewAnswerSchema,
  PreviewInputSchema,
  SettingsSchema,
  StrategySchema,
  TEMPLATE_PLACEHOLDERS,
  type Alert,
  type ChannelKind,
  type PreviewMessage,
  type Strategy,
} from '@ubot/contracts';
import { readAlertsOfStrategies, type Database } from '@ubot/db';
import { fitText, smsSegments, textLimit, titleOf, type SmsLimits } from '@ubot/notify';
import { requireUser, unwrap, type HttpApp, type ServiceClient } from '@ubot/service-kit';
import type { Texts } from './texts.ts';

/** As long as a real one. */
const EXAMPLE_REFERENCE = 'K7QX2M';
const NIL_ID = '00000000-0000-0000-0000-000000000000';
const EXAMPLE_VALUE = 28.4;

/**
 * Shows a message as each kind of channel gets it, before it is saved: on the newest alert of the strategy where there is
 * one, else on a made example. Another user's strategy is not found.
 */
export function addPreviewRoute(
  app: HttpApp,
  given: {
    db: Database;
    userManager: ServiceClient;
    texts: Texts;
    smsLimits: SmsLimits | undefined;
    nowMs: () => number;
  },
): void {
  const { db, userManager, texts, smsLimits, nowMs } = given;
  app.post(
    '/message-previews',
    { schema: { body: PreviewInputSchema, response: { 200: PreviewAnswerSchema } } },
    async (request) => {
      const identity = requireUser(request);
      const { strategyId, message } = request.body;
      const ask = { method: 'GET', identity } as const;
      const { timeZone } = unwrap(await userManager.request({ ...ask, path: '/settings', answer: SettingsSchema }));
      const path = `/strategies/${strategyId}`;
      const strategy =
        strategyId === undefined ? null : unwrap(await userManager.request({ ...ask, path, answer: StrategySchema }));
      const template = message === undefined ? (strategy?.message ?? null) : message;
      const newest = strategy === null ? null : await newestAlert(db, strategy);
      const alert = newest ?? exampleAlert({ strategy, template, userId: identity.userId, nowMs: nowMs() });
      const messages = CHANNEL_KINDS.map((kind) => {
        const text = texts.make({ alert, kind, template, timeZone, reference: EXAMPLE_REFERENCE });
        return previewOf(kind, { text, title: titleOf(alert), smsLimits });
      });
      return { example: newest === null, alertId: newest?.id ?? null, messages };
    },
  );
}

function previewOf(
  kind: ChannelKind,
  { text, title, smsLimits }: { text: string; title: string; smsLimits: SmsLimits | undefined },
): PreviewMessage {
  const shown = fitText(kind, text, EXAMPLE_REFERENCE, smsLimits);
  return {
    kind,
    title,
    text,
    shown,
    shortened: shown !== text,
    characters: shown.length,
    limit: textLimit(kind),
    sms: kind === 'sms' ? smsSegments(shown) : null,
  };
}

async function newestAlert(db: Database, { userId, id }: Strategy): Promise<Alert | null> {
  const [newest] = await readAlertsOfStrategies(db, { userId, strategyIds: [id], limit: 1 });
  return newest ?? null;
}

/** An alert that never was: of the strategy where there is one, with a number for whatever the template names. */
function exampleAlert(given: {
  strategy: Strategy | null;
  template: string | null;
  userId: string;
  nowMs: number;
}): Alert {
  const { strategy, template, userId, nowMs } = given;
  const condition = strategy?.condition ?? 'rsi(14) < 30';
  const named = placeholdersIn(template ?? '').filter(
    ({ name }) => !Object.hasOwn(TEMPLATE_PLACEHOLDERS, placeholderKey(name)),
  );
  return {
    id: NIL_ID,
    sequence: '0',
    userId,
    strategyId: strategy?.id ?? NIL_ID,
    strategyVersionId: strategy?.versionId ?? NIL_ID,
    strategyVersion: strategy?.version ?? 1,
    strategyName: strategy?.name ?? 'Example',
    coin: { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
    timeframe: strategy?.timeframe ?? '1h',
    triggeredAtMs: nowMs,
    snapshotTakenAtMs: nowMs,
    priceUsd: 67_123.46,
    source: 'example',
    condition,
    explanation: condition,
    values: named.map(({ name }) => ({ text: name, value: EXAMPLE_VALUE })),
    candle: null,
    late: false,
    mayRepaint: strategy?.trigger.on === 'snapshot',
    createdAtMs: nowMs,
  };
}
