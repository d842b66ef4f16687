import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_SETTINGS, type Result, type Settings, type SettingsInput, type User } from '@ubot/contracts';
import {
  announce,
  linkedIssuers,
  lockUser,
  ownChannelIds,
  saveSettings,
  userById,
  withTransaction,
  writeAudit,
  type Database,
} from '@ubot/db';
import { NOT_FOUND } from './failures.ts';

export interface Account {
  me(userId: string): Promise<Result<User>>;
  settings(userId: string): Promise<Result<Settings>>;
  /** What the input leaves out stays as it is. */
  saveSettings(userId: string, input: SettingsInput): Promise<Result<Settings>>;
}

export function createAccount({ db, nowMs }: { db: Database; nowMs: () => number }): Account {
  return {
    async me(userId) {
      const user = await userById(db, userId);
      if (user === null) return NOT_FOUND;
      const { id, email, role, createdAtMs, secondFactor = false, passwordHash } = user;
      const issuers = await linkedIssuers(db, userId);
      return {
        ok: true,
        value: { id, email, role, createdAtMs, secondFactor, password: passwordHash !== null, issuers },
      };
    },

    async settings(userId) {
      const user = await userById(db, userId);
      return user === null ? NOT_FOUND : { ok: true, value: { ...DEFAULT_SETTINGS, ...user.settings } };
    },

    async saveSettings(userId, input) {
      const mistake = mistakeIn(input);
      if (mistake !== null) return invalid(mistake);
      return withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, userId))) return NOT_FOUND;
        const before = await userById(tx, userId);
        const settings: Settings = { ...DEFAULT_SETTINGS, ...before?.settings, ...input };
        const own = await ownChannelIds(tx, userId, settings.defaultChannelIds);
        const unknown = settings.defaultChannelIds.find((id) => !own.has(id));
        if (unknown !== undefined) return invalid(`${unknown} is not a channel of yours.`);
        if (!(await saveSettings(tx, userId, settings))) return NOT_FOUND;
        await writeAudit(tx, { atMs: nowMs(), userId, action: 'settings.change' });
        // What quiet hours hold back is judged anew by the new ones.
        const { timeZone, quietHours } = { ...DEFAULT_SETTINGS, ...before?.settings };
        const sameHours = isDeepStrictEqual([timeZone, quietHours], [settings.timeZone, settings.quietHours]);
        if (!sameHours) await announce(tx, 'identity', userId);
        return { ok: true, value: settings };
      });
    },
  };
}

function mistakeIn({ timeZone, quietHours, currency, locale }: SettingsInput): string | null {
  if (!isTimeZone(timeZone)) return `"${timeZone}" is not a time zone.`;
  if (quietHours?.start !== undefined && quietHours.start === quietHours.end) {
    return 'Quiet hours that end when they begin are none: give null.';
  }
  if (currency !== undefined && !CURRENCIES.has(currency)) return `"${currency}" is not a currency.`;
  return locale === undefined || isLocale(locale) ? null : `"${locale}" is not a language tag.`;
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length === 1;
  } catch {
    return false;
  }
}

function invalid(detail: string): Result<never> {
  return { ok: false, failure: { code: 'VALIDATION_FAILED', detail } };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
