import type { Caps } from '@ubot/contracts';
import { envInteger, envString } from './settings.ts';

const MOST = { minimum: 0, maximum: 10_000_000 } as const;
const messages = (about: string) => envInteger({ optional: true, ...MOST, about });
const money = (about: string) => envString({ optional: true, pattern: /^[0-9]{1,8}(\.[0-9]{1,6})?$/, about });

/** What each user may have sent; an operator may set something else for one of them. */
export const USER_CAPS_CONFIG = {
  UBOT_CAP_USER_DAY_MESSAGES: messages(
    'Messages a day to channels of one user that people read; without it there is no such cap.',
  ),
  UBOT_CAP_USER_MONTH_MESSAGES: messages('The same in a month.'),
  UBOT_CAP_USER_DAY_MONEY: money(
    "What one user's messages may cost a day, as 2.50, in the currency of UBOT_PRICES_FILE.",
  ),
  UBOT_CAP_USER_MONTH_MONEY: money('The same in a month.'),
} as const;

/** What everybody's messages together may come to. */
export const EVERYBODYS_CAPS_CONFIG = {
  UBOT_CAP_DAY_MESSAGES: messages(
    'Messages a day (UTC) of all users together to channels that people read; without it there is no such cap.',
  ),
  UBOT_CAP_MONTH_MESSAGES: messages('The same in a month.'),
  UBOT_CAP_DAY_MONEY: money(
    'What the messages of all users together may cost a day (UTC), as 20, in the currency of UBOT_PRICES_FILE.',
  ),
  UBOT_CAP_MONTH_MONEY: money('The same in a month; the operator is told at four fifths of either.'),
} as const;

/** How the settings of either begin. */
type CapPrefix = 'UBOT_CAP_USER_' | 'UBOT_CAP_';
type CapValues = { readonly [Name in `${CapPrefix}${'DAY' | 'MONTH'}_MESSAGES`]?: number | undefined } & {
  readonly [Name in `${CapPrefix}${'DAY' | 'MONTH'}_MONEY`]?: string | undefined;
};

/** What is not set is not capped. */
export function capsOf(values: CapValues, prefix: CapPrefix): Caps {
  const caps: { readonly [Name in keyof Caps]: Caps[Name] | undefined } = {
    messagesPerDay: values[`${prefix}DAY_MESSAGES`],
    messagesPerMonth: values[`${prefix}MONTH_MESSAGES`],
    moneyPerDay: values[`${prefix}DAY_MONEY`],
    moneyPerMonth: values[`${prefix}MONTH_MONEY`],
  };
  return Object.fromEntries(Object.entries(caps).filter(([, value]) => value !== undefined));
}
