import type { Alert } from '@ubot/contracts';

export type SpokenLanguage = 'en' | 'fr';

/** The language in which a user is spoken to; English where uBot does not speak his. */
export const spokenLanguage = (locale: string | null): SpokenLanguage => (/^fr\b/i.test(locale ?? '') ? 'fr' : 'en');

interface Words {
  readonly decimal: string;
  /** From large to small: so many of these, as people say them. */
  readonly units: readonly (readonly [number, string])[];
  readonly late: string;
  readonly demo: string;
  sentence(given: { coin: string; price: string; strategy: string }): string;
}

const WORDS: Readonly<Record<SpokenLanguage, Words>> = {
  en: {
    decimal: '.',
    units: [
      [1e9, 'billion'],
      [1e6, 'million'],
      [1, ''],
      [1e-6, 'millionths'],
      [1e-9, 'billionths'],
    ],
    late: 'This alert is late.',
    demo: 'This is demo data.',
    sentence: ({ coin, price, strategy }) =>
      `uBot alert. ${coin}: ${price} US dollars. Your strategy ${strategy} came true.`,
  },
  fr: {
    decimal: ',',
    units: [
      [1e9, 'milliards de'],
      [1e6, 'millions de'],
      [1, ''],
      [1e-6, 'millionièmes de'],
      [1e-9, 'milliardièmes de'],
    ],
    late: 'Cette alerte est en retard.',
    demo: 'Ce sont des données de démonstration.',
    sentence: ({ coin, price, strategy }) =>
      `Alerte uBot. ${coin} : ${price} dollars américains. Votre stratégie ${strategy} s'est réalisée.`,
  },
};

/** Nobody keeps more in mind. */
const DIGITS = 4;
/** Below a thousandth people count zeros. */
const LEAST_PLAIN = 1e-3;
const STRATEGY_CHARS = 80;

/** A number as it is said: `67120`, `1.235 billion`, `12.3 millionths`; four digits at most count. */
export function spokenNumber(value: number, language: SpokenLanguage): string {
  const { units, decimal } = WORDS[language];
  const size = Math.abs(value);
  const [unit, name] =
    units.find(([from]) => size >= (from === 1 ? LEAST_PLAIN : from)) ?? (size === 0 ? [1, ''] : units.at(-1)!);
  // Written out: an exponent is not read as one.
  const digits = Number((value / unit).toPrecision(Math.max(DIGITS, wholeDigits(value / unit))));
  const text = digits
    .toFixed(12)
    .replace(/\.?0+$/, '')
    .replace('.', decimal);
  return name === '' ? text : `${text} ${name}`;
}

const wholeDigits = (value: number): number => (Math.abs(value) < 1 ? 0 : Math.floor(Math.log10(Math.abs(value))) + 1);

/**
 * What a voice says of an alert: coin, price, strategy; what must be known before it is believed comes first. Formulas and
 * times are left to the other channels.
 */
export function spokenAlert(
  { coin, priceUsd, strategyName, late, source }: Pick<Alert, 'coin' | 'priceUsd' | 'strategyName' | 'late' | 'source'>,
  language: SpokenLanguage,
): string {
  const words = WORDS[language];
  const before = [...(late ? [words.late] : []), ...(/^demo\b/i.test(source) ? [words.demo] : [])];
  const strategy = strategyName.slice(0, STRATEGY_CHARS).toWellFormed();
  return [...before, words.sentence({ coin: coin.name, price: spokenNumber(priceUsd, language), strategy })].join(' ');
}
