import type { LinkPurpose } from '@ubot/contracts';
import { insertUndeliveredLink, type Database } from '@ubot/db';
import { newId, type Logger } from '@ubot/service-kit';
import { createTransport } from 'nodemailer';

const TIMEOUT_MS = 15_000;

export interface Letter {
  to: string;
  subject: string;
  text: string;
  /** What the letter is for, when it carries a link that somebody waits for. */
  link?: { purpose: LinkPurpose; url: string; expiresAtMs: number };
}

export interface Mail {
  /** Returns at once: how long a mail takes must not tell a stranger whether an address is known. */
  send(letter: Letter): void;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

export interface MailOptions {
  db: Database;
  logger: Logger;
  nowMs: () => number;
  /** `smtp://user:password@host:587`, `smtps://…`; undefined: no mail. */
  smtpUrl: string | undefined;
  from: string;
}

/**
 * Letters by SMTP. A link that cannot be sent — no SMTP, or a server that refuses — is kept for the operator, who finds it
 * in the log and on the admin page and passes it on.
 */
export function createMail({ db, logger, nowMs, smtpUrl, from }: MailOptions): Mail {
  const transport =
    smtpUrl === undefined
      ? null
      : createTransport({
          url: smtpUrl,
          connectionTimeout: TIMEOUT_MS,
          greetingTimeout: TIMEOUT_MS,
          socketTimeout: TIMEOUT_MS,
        });
  const underWay = new Set<Promise<void>>();

  const keep = async ({ to, link }: Letter): Promise<void> => {
    if (link === undefined) return;
    logger.warn({ event: 'mail.link_for_operator', to, ...link });
    await insertUndeliveredLink(db, { id: newId(), email: to, createdAtMs: nowMs(), ...link });
  };
  const deliver = async (letter: Letter): Promise<void> => {
    try {
      if (transport === null) return await keep(letter);
      const { to, subject, text } = letter;
      try {
        await transport.sendMail({ from, to, subject, text });
      } catch (error) {
        logger.error({ event: 'mail.failed', to, detail: error instanceof Error ? error.message : String(error) });
        await keep(letter);
      }
    } catch (error) {
      logger.error({ event: 'mail.lost', to: letter.to, error });
    }
  };

  return {
    send(letter) {
      const work = deliver(letter).finally(() => underWay.delete(work));
      underWay.add(work);
    },
    async close() {
      await Promise.all(underWay);
      transport?.close();
    },
  };
}
