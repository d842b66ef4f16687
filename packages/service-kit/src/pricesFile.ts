import { resolve } from 'node:path';
import { PricesFileSchema, type Price, type PricesFile } from '@ubot/contracts';
import { Compile } from 'typebox/compile';
import { parseJson, readText } from './jsonFile.ts';
import { Mistake, type Setting } from './settings.ts';

const pricesFile = Compile(PricesFileSchema);

/** What messages cost, by kind and number. */
const setting: Setting<PricesFile | undefined> = {
  about: 'A JSON file of what messages cost, for caps on money and the cost report: docs/costs.md.',
  kind: 'path of a file',
  fallback: undefined,
  required: false,
  secret: false,
  parse(path) {
    const value = parseJson(readText(resolve(path), 'names a file'));
    if (!pricesFile.Check(value)) {
      const [first] = pricesFile.Errors(value);
      throw new Mistake(`names a file with a mistake at ${first?.instancePath || '/'}: ${first?.message}`);
    }
    const mistake = value.prices.map((price, place) => mistakeIn(price, value.prices.slice(0, place)));
    const place = mistake.findIndex((one) => one !== null);
    if (place !== -1) throw new Mistake(`names a file with a mistake at /prices/${place}: ${mistake[place]}`);
    return value;
  },
};

export const PRICES_CONFIG = { UBOT_PRICES_FILE: setting } as const;

/** Kinds whose targets are telephone numbers. */
const NUMBERED: readonly string[] = ['sms', 'whatsapp', 'voice'];

function mistakeIn({ kind, prefix, perMessage, perSegment }: Price, before: readonly Price[]): string | null {
  if (perMessage === undefined && perSegment === undefined) return 'must have perMessage or perSegment';
  if (perSegment !== undefined && kind !== 'sms') return 'only SMS have segments';
  if (prefix !== undefined && !NUMBERED.includes(kind)) return `${kind} does not go to numbers, so it has no prefix`;
  const isTwice = before.some((other) => other.kind === kind && other.prefix === prefix);
  return isTwice ? `has a price of ${kind} ${prefix ?? 'elsewhere'} a second time` : null;
}
