import { DEFAULT_SETTINGS, type Result, type Settings, type User } from '@ubot/contracts';
import {
  linkedIssuers,
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
  saveSettings(userId: string, settings: Settings): Promise<Result<Settings>>;
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

    async saveSettings(userId, settings) {
      if (!isTimeZone(settings.timeZone)) return invalid(`"${settings.timeZone}" is not a time zone.`);
      return withTransaction(db, async (tx) => {
        const own = await ownChannelIds(tx, userId, settings.defaultChannelIds);
        const unknown = settings.defaultChannelIds.find((id) => !own.has(id));
        if (unknown !== undefined) return invalid(`${unknown} is not a channel of yours.`);
        if (!(await saveSettings(tx, userId, settings))) return NOT_FOUND;
        await writeAudit(tx, { atMs: nowMs(), userId, action: 'settings.change' });
        return { ok: true, value: settings };
      });
    },
  };
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
