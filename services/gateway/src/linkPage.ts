import { createHash } from 'node:crypto';
import { AlertLinkStateSchema, SNOOZES_MS, UbotError, type AlertLinkState } from '@ubot/contracts';
import type { HttpApp } from '@ubot/service-kit';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { relayed, type Services } from './services.ts';

const FORM = 'application/x-www-form-urlencoded';
const FORM_BYTES = 1_024;
const ByToken = Type.Object(
  { token: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) },
  { additionalProperties: false },
);

/**
 * The page behind the link in a message. A GET shows and changes nothing, since mail scanners and previews open links; the
 * buttons POST. It works without a sign-in and names no account.
 */
export async function addLinkPage(app: HttpApp, services: Services): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    FORM,
    { parseAs: 'string', bodyLimit: FORM_BYTES },
    async (_request: unknown, body: string) => body,
  );
  const open = { config: { open: true }, schema: { hide: true, params: ByToken } } as const;
  const ask = async (reply: FastifyReply, given: { method: 'GET' | 'POST'; path: string; body?: unknown }) => {
    const asked = await services.notifier.request({ ...given, answer: AlertLinkStateSchema });
    if (asked.ok) return show(reply, 200, pageOf(asked.value));
    if (asked.failure.code === 'LINK_INVALID') return show(reply, 404, INVALID);
    throw relayed(asked.failure);
  };
  app.get('/a/:token', open, (request, reply) => ask(reply, { method: 'GET', path: `/links/${request.params.token}` }));
  app.post('/a/:token', { ...open, bodyLimit: FORM_BYTES }, (request, reply) => {
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    const path = `/links/${request.params.token}`;
    if (form.get('action') === 'acknowledge') return ask(reply, { method: 'POST', path: `${path}/acknowledge` });
    const durationMs = SNOOZES_MS.find((ms) => form.get('snooze') === String(ms));
    if (durationMs === undefined) throw new UbotError('VALIDATION_FAILED', 'There is no such button.');
    return ask(reply, { method: 'POST', path: `${path}/snooze`, body: { durationMs } });
  });
}

const STYLE = `body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
button{font:inherit;min-height:2.75rem;padding:.4rem 1rem;margin:.25rem .25rem .25rem 0;border:2px solid #14509b;border-radius:.4rem;background:#fff;color:#14509b}
button.main{background:#14509b;color:#fff}button:focus-visible{outline:3px solid #d97706;outline-offset:2px}
@media (prefers-color-scheme:dark){body{color:#eee;background:#111}button{background:#111;color:#9cc4ff;border-color:#9cc4ff}button.main{background:#9cc4ff;color:#111}}`;
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** With the referrer kept within uBot: without any, a browser names no origin when the form is sent. */
function show(reply: FastifyReply, status: number, body: string): FastifyReply {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>uBot alert</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
  return reply
    .status(status)
    .headers({ 'content-security-policy': POLICY, 'cache-control': 'no-store', 'referrer-policy': 'same-origin' })
    .type('text/html; charset=utf-8')
    .send(html);
}

const INVALID =
  '<h1>This link does not work</h1><p>It is wrong, or older than seven days. Sign in to uBot to see your alerts.</p>';

const WAYS = { api: 'in the dashboard or over the API', link: 'by a link in a message', call: 'in a call' } as const;
const SNOOZE_LABELS = ['15 minutes', '1 hour', '4 hours', '1 day'] as const;

function pageOf(state: AlertLinkState): string {
  const { acknowledgedAtMs, acknowledgedBy, snoozedUntilMs } = state;
  const time = (atMs: number): string => escaped(timeIn(state.timeZone, atMs));
  const acknowledged =
    acknowledgedAtMs === null || acknowledgedBy === null
      ? '<form method="post"><button class="main" name="action" value="acknowledge">Acknowledge</button></form>'
      : `<p role="status">Already acknowledged ${WAYS[acknowledgedBy]} at ${time(acknowledgedAtMs)}. Nothing more is sent of this alert.</p>`;
  const buttons = SNOOZES_MS.map((ms, at) => `<button name="snooze" value="${ms}">${SNOOZE_LABELS[at]}</button>`);
  const snooze =
    snoozedUntilMs === null
      ? `<form method="post"><h2>Snooze</h2><p>Nothing of this strategy for ${escaped(state.coinName)} is sent for:</p>${buttons.join('')}</form>`
      : `<p role="status">Snoozed until ${time(snoozedUntilMs)}.</p>`;
  return `<h1>${escaped(state.coinName)} (${escaped(state.coinSymbol)}): ${escaped(state.strategyName)}</h1>
<p>${escaped(state.explanation)}</p><p>${time(state.triggeredAtMs)}</p>${acknowledged}${snooze}`;
}

function timeIn(timeZone: string, atMs: number): string {
  const shown = { dateStyle: 'medium', timeStyle: 'long' } as const;
  try {
    return new Intl.DateTimeFormat('en-GB', { ...shown, timeZone }).format(atMs);
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...shown, timeZone: 'UTC' }).format(atMs);
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
