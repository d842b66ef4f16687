import type { Message } from '../shared/message.ts';
import { shorten } from '../shared/smsText.ts';

const SUBJECT_CHARS = 150;
/** The picture's name inside the mail. */
const CHART_CID = 'chart@ubot';

export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: {
    readonly filename: string;
    readonly content: Buffer;
    readonly contentType: string;
    readonly cid: string;
    readonly contentDisposition: 'inline';
  }[];
}

/**
 * A message as a mail: the same as text and as HTML. The HTML has no outside parts, reads in order without its style, follows
 * the reader's light or dark colours, and has its picture inside.
 *
 * Edges: a name with a line break in it writes no header of its own; nothing in a text is markup.
 */
export function letterOf({ title, text, link, picture }: Message, publicUrl: string | null): Letter {
  const subject = shorten(title.replaceAll(/\s+/g, ' '), SUBJECT_CHARS);
  const channels = publicUrl === null ? null : `${publicUrl}/channels`;
  const below = [
    ...(link === null ? [] : [`Open the alert: ${link}`]),
    ...(channels === null ? [] : [`Change or switch off this channel: ${channels}`]),
  ];
  return {
    subject,
    text: [text, ...below].join('\n\n'),
    html: htmlOf({ subject, text, link, channels, alt: picture?.alt ?? null }),
    headers: channels === null ? {} : { 'List-Unsubscribe': `<${channels}>` },
    attachments:
      picture === null
        ? []
        : [
            {
              filename: 'chart.png',
              content: Buffer.from(picture.png),
              contentType: 'image/png',
              cid: CHART_CID,
              contentDisposition: 'inline',
            },
          ],
  };
}

/** Plain enough for every mail reader; the dark colours are for those that ask for them. */
const STYLE = [
  'body{margin:0;padding:24px;background:#f4f5f7;color:#1b1f24;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}',
  'main{max-width:600px;margin:0 auto;padding:24px;background:#fff;border:1px solid #d5d9df;border-radius:8px}',
  'h1{margin:0 0 12px;font-size:20px;line-height:1.3}p{margin:0 0 16px;overflow-wrap:anywhere}',
  'img{display:block;max-width:100%;height:auto;margin:0 0 16px;border-radius:4px}',
  'a{color:#0b57d0}a.open{display:inline-block;padding:10px 18px;border-radius:6px;background:#0b57d0;color:#fff;text-decoration:none}',
  'footer{max-width:600px;margin:12px auto 0;font-size:14px;color:#57606a}',
  '@media(prefers-color-scheme:dark){body{background:#12161c;color:#e6e9ee}main{background:#1b2129;border-color:#39424e}',
  'a{color:#8ab4f8}a.open{background:#8ab4f8;color:#12161c}footer{color:#a3acb8}}',
].join('');

function htmlOf(given: {
  subject: string;
  text: string;
  link: string | null;
  channels: string | null;
  alt: string | null;
}): string {
  const { subject, text, link, channels, alt } = given;
  const lines = text.split('\n').map(escapeHtml).join('<br>');
  const image = alt === null ? '' : `<img src="cid:${CHART_CID}" width="552" alt="${escapeHtml(alt)}">`;
  const open = link === null ? '' : `<p><a class="open" href="${escapeHtml(link)}">Open the alert</a></p>`;
  const footer =
    channels === null
      ? ''
      : `<footer><p>One of your strategies on uBot sent this. <a href="${escapeHtml(channels)}">Change or switch off this channel</a>.</p></footer>`;
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">' +
    `<title>${escapeHtml(subject)}</title><style>${STYLE}</style></head><body><main>` +
    `<h1>${escapeHtml(subject)}</h1><p>${lines}</p>${image}${open}</main>${footer}</body></html>`
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!);
