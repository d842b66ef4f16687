import { fitText } from '../shared/limits.ts';

export interface Speech {
  /** BCP 47: a language that the provider's voices speak. */
  readonly language: 'en-US' | 'fr-FR';
  readonly text: string;
}

const PHRASES = {
  'en-US': { press: 'Press 1 to acknowledge.', done: 'Acknowledged. Goodbye.', bye: 'Goodbye.' },
  'fr-FR': { press: 'Appuyez sur 1 pour acquitter.', done: "C'est noté. Au revoir.", bye: 'Au revoir.' },
} as const;

/** Seconds in which a key may be pressed after all has been said. */
const KEY_WAIT_S = 8;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text in XML; what XML cannot hold is left out. */
export const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!);

const respond = (body: string): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${body}</Response>`;
const say = ({ language, text }: Speech): string => `<Say language="${language}">${escapeXml(text)}</Say>`;

/** What can be said of a written text: addresses and the reference are for the eye. */
export function speakable(text: string, reference: string): string {
  const bare = text
    .replaceAll(/https?:\/\/\S+/g, '')
    .replace(new RegExp(`\\s*(Ref )?${reference}\\s*$`), '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return fitEscaped(fitText('voice', bare, '').trim());
}

/** TwiML is at most 4,000 characters long, and says everything twice. */
const ESCAPED_CHARS = 1_600;

function fitEscaped(text: string): string {
  if (escapeXml(text).length <= ESCAPED_CHARS) return text;
  let left = ESCAPED_CHARS - '...'.length;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= escapeXml(segment).length;
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}...`;
}

/**
 * A call that says an alert, twice, after a second in which the telephone gets to the ear. With an address for it a pressed
 * key is reported there; without one nobody is asked to press any.
 */
export function alertTwiml(speech: Speech, actionUrl: string | null): string {
  const { language } = speech;
  const again = '<Pause length="1"/>';
  if (actionUrl === null) return respond(again + say(speech) + again + say(speech));
  const { press, bye } = PHRASES[language];
  const said = say(speech) + say({ language, text: press });
  const gather = `<Gather input="dtmf" numDigits="1" timeout="${KEY_WAIT_S}" method="POST" action="${escapeXml(actionUrl)}">`;
  return respond(`${again}${gather}${said}${again}${said}</Gather>${say({ language, text: bye })}`);
}

/** A code, figure by figure and slowly, three times. */
export function codeTwiml(code: string): string {
  const slowly = [...code].join(', ');
  const said = say({ language: 'en-US', text: `Your uBot code is: ${slowly}.` });
  return respond(['', said, said, said].join('<Pause length="1"/>'));
}

/** The answer to a pressed key. */
export function keyTwiml(language: Speech['language'], acknowledged: boolean): string {
  const { done, bye } = PHRASES[language];
  return respond(say({ language, text: acknowledged ? done : bye }));
}
