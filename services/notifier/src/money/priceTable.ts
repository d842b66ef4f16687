import { microsOf, type ChannelTarget, type Price, type PricesFile } from '@ubot/contracts';

/** What a message is thought to cost, money in millionths of the currency's unit. */
export interface Estimate {
  readonly micros: number;
  readonly currency: string;
}

export interface PriceTable {
  /** Of caps on money; null: there are no prices. */
  readonly currency: string | null;
  /** null: the table says nothing of such a target. */
  estimate(target: ChannelTarget, segments: number | null): Estimate | null;
}

/** The operator's prices. */
export function createPriceTable(file: PricesFile | null): PriceTable {
  if (file === null) return { currency: null, estimate: () => null };
  const { currency } = file;
  // The longest prefix that fits is the first.
  const prices = file.prices.toSorted((a, b) => (b.prefix?.length ?? 0) - (a.prefix?.length ?? 0));
  return {
    currency,
    estimate(target, segments) {
      const number = 'to' in target ? target.to : '';
      const price = prices.find(({ kind, prefix = '' }) => kind === target.kind && number.startsWith(prefix));
      return price === undefined ? null : { currency, micros: costOf(price, segments) };
    },
  };
}

const costOf = ({ perMessage = '0', perSegment = '0' }: Price, segments: number | null): number =>
  microsOf(perMessage) + microsOf(perSegment) * (segments ?? 1);
