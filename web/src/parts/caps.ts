import type { Caps } from '@ubot/contracts';
import type { TextKey } from '../texts/i18n.ts';

/** The four caps that there are, in the order of a form. */
export const CAPS = [
  { name: 'messagesPerDay', what: 'messages', period: 'day' },
  { name: 'messagesPerMonth', what: 'messages', period: 'month' },
  { name: 'moneyPerDay', what: 'money', period: 'day' },
  { name: 'moneyPerMonth', what: 'money', period: 'month' },
] as const;
export type CapName = (typeof CAPS)[number]['name'];

/** As they stand in a form; '' is no cap. */
export type WrittenCaps = Readonly<Record<CapName, string>>;
export type CapMistakes = Readonly<Partial<Record<CapName, string>>>;

export const writtenCaps = (caps: Caps | null): WrittenCaps => {
  const of = (name: CapName): string => String(caps?.[name] ?? '');
  return {
    messagesPerDay: of('messagesPerDay'),
    messagesPerMonth: of('messagesPerMonth'),
    moneyPerDay: of('moneyPerDay'),
    moneyPerMonth: of('moneyPerMonth'),
  };
};

const COUNT = /^[0-9]{1,15}$/;
const AMOUNT = /^[0-9]+(\.[0-9]{1,6})?$/;

/**
 * What was written, as the API takes it.
 *
 * Edges: an amount may have a comma for its point. How large a cap may be is the API's to say.
 */
export function readCaps(written: WrittenCaps): { caps: Caps; mistakes: Readonly<Partial<Record<CapName, TextKey>>> } {
  const caps: { -readonly [N in CapName]?: Caps[N] } = {};
  const mistakes: Partial<Record<CapName, TextKey>> = {};
  for (const { name } of CAPS) {
    const said = written[name].trim().replace(',', '.');
    if (said === '') continue;
    if (name === 'messagesPerDay' || name === 'messagesPerMonth') {
      if (COUNT.test(said)) caps[name] = Number(said);
      else mistakes[name] = 'costs.wrongCount';
    } else if (AMOUNT.test(said)) caps[name] = said;
    else mistakes[name] = 'costs.wrongAmount';
  }
  return { caps, mistakes };
}

/** What the API found wrong with a cap, by its name; `at` is where the caps stand in what was sent: "/caps". */
export function capMistakes(errors: readonly unknown[], at: string): CapMistakes {
  const found: Partial<Record<CapName, string>> = {};
  for (const { name } of CAPS) {
    const error = errors.find((each) => (each as { path?: unknown }).path === `${at}/${name}`);
    if (error !== undefined) found[name] = String((error as { message?: unknown }).message);
  }
  return found;
}
