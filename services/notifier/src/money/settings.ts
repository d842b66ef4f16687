import { UbotError, type Caps, type PricesFile } from '@ubot/contracts';
import { capsOf, EVERYBODYS_CAPS_CONFIG, PRICES_CONFIG, USER_CAPS_CONFIG, type Config } from '@ubot/service-kit';

export const MONEY_CONFIG = { ...PRICES_CONFIG, ...USER_CAPS_CONFIG, ...EVERYBODYS_CAPS_CONFIG };

export interface MoneySettings {
  /** null: nothing is known of prices. */
  readonly prices: PricesFile | null;
  /** Of each user for whom the operator has set nothing else. */
  readonly userCaps: Caps;
  readonly everybodysCaps: Caps;
}

/** For tests of something else. */
export const NO_MONEY: MoneySettings = { prices: null, userCaps: {}, everybodysCaps: {} };

/** Errors: throws CONFIG_INVALID for a cap on money without prices: it would hold nothing back. */
export function moneySettings(values: Config<typeof MONEY_CONFIG>): MoneySettings {
  const prices = values.UBOT_PRICES_FILE ?? null;
  const name = MONEY_CAPS.find((each) => values[each] !== undefined);
  if (prices === null && name !== undefined) {
    throw new UbotError(
      'CONFIG_INVALID',
      `${name} is set, but UBOT_PRICES_FILE, which says what messages cost, is not.`,
    );
  }
  return { prices, userCaps: capsOf(values, 'UBOT_CAP_USER_'), everybodysCaps: capsOf(values, 'UBOT_CAP_') };
}

const MONEY_CAPS = [
  'UBOT_CAP_USER_DAY_MONEY',
  'UBOT_CAP_USER_MONTH_MONEY',
  'UBOT_CAP_DAY_MONEY',
  'UBOT_CAP_MONTH_MONEY',
] as const;
