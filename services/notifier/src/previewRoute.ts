import {
  CHANNEL_KINDS,
  PreviewAnswerSchema,
  PreviewInputSchema,
  SettingsSchema,
  StrategySchema,
  type Alert,
  type ChannelKind,
  type PreviewMessage,
  type Strategy,
} from '@ubot/contracts';
import { readAlertsOfStrategies, type Database } from '@ubot/db';
import { fitText, smsSegments, textLimit, titleOf, type SmsLimits } from '@ubot/notify';
import { requireUser, unwrap, type HttpApp, type ServiceClient } from '@ubot/service-kit';
import { exampleAlert } from './exampleAlert.ts';
import type { Texts } from './texts.ts';

/** As long as a real one. */
const EXAMPLE_REFERENCE = 'K7QX2M';

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
