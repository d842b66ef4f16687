import { openWhatsAppSession, optIn, optOut, rememberInbound, withTransaction, type Transaction } from '@ubot/db';
import type { InboundMessage } from '@ubot/notify';
import type { RecordOptions } from './callbacks.ts';
import { OPTED_OUT_SENTENCE } from './stages/reachable.ts';

export type InboundWord = 'STOP' | 'START' | 'HELP';

const WORDS: ReadonlyMap<string, InboundWord> = new Map<string, InboundWord>([
  ...['STOP', 'UNSUBSCRIBE', 'END', 'QUIT', 'STOPALL', 'REVOKE', 'OPTOUT', 'CANCEL'].map(
    (word): [string, InboundWord] => [word, 'STOP'],
  ),
  ...['START', 'YES', 'UNSTOP'].map((word): [string, InboundWord] => [word, 'START']),
  ...['HELP', 'INFO'].map((word): [string, InboundWord] => [word, 'HELP']),
]);

/** The word that a whole message is, in whatever case and with whatever spaces; null: it is an ordinary message. */
export function inboundWord({ body, optOutType }: Pick<InboundMessage, 'body' | 'optOutType'>): InboundWord | null {
  const word = body
    .replaceAll(/\s/g, '')
    .replace(/[.!]+$/, '')
    .toUpperCase();
  return optOutType ?? WORDS.get(word) ?? null;
}

const HELP = 'uBot sends you the market alerts that you have set up. STOP ends them, START resumes them.';
const STOPPED = 'You will get no more alerts here. START resumes them.';
const STARTED = 'Your alerts come here again. STOP ends them.';

/**
 * Does what somebody has written asks for, at once and once. By SMS the provider answers these words itself, so that we
 * do not; by WhatsApp we do, unless it says that it has.
 *
 * Shape: → the answer for the sender; null: none.
 */
export async function recordInbound(options: RecordOptions, message: InboundMessage): Promise<string | null> {
  const { db, nowMs, log } = options;
  const word = inboundWord(message);
  return withTransaction(db, async (tx) => {
    const atMs = nowMs();
    if (!(await rememberInbound(tx, { sid: message.sid, nowMs: atMs }))) {
      log.warn({ event: 'inbound.repeated', sid: message.sid });
      return null;
    }
    if (message.way === 'whatsapp') await openWhatsAppSession(tx, message.from, atMs);
    const did = await obey(tx, { word, number: message.from, atMs });
    log.info({ event: 'inbound.received', sid: message.sid, way: message.way, word, ...did });
    return message.way === 'sms' || message.optOutType !== null ? null : answerTo(word);
  });
}

async function obey(
  tx: Transaction,
  { word, number, atMs }: { word: InboundWord | null; number: string; atMs: number },
): Promise<{ ended?: number; resumed?: boolean }> {
  if (word === 'STOP') {
    const ended = await optOut(tx, { number, by: 'word', detail: OPTED_OUT_SENTENCE, nowMs: atMs });
    return { ended: ended.length };
  }
  return word === 'START' ? { resumed: await optIn(tx, number, atMs) } : {};
}

function answerTo(word: InboundWord | null): string | null {
  if (word === 'HELP') return HELP;
  if (word === 'STOP') return STOPPED;
  return word === 'START' ? STARTED : null;
}

/** TwiML that answers with a message, or with nothing. */
export function messageTwiml(answer: string | null): string {
  const message = answer === null ? '' : `<Message>${answer}</Message>`;
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${message}</Response>`;
}
