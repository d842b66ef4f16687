import { createHash } from 'node:crypto';
import type { DBAdapter, Where } from 'better-auth';

type Adapter = Pick<
  DBAdapter,
  'create' | 'findOne' | 'findMany' | 'update' | 'updateMany' | 'delete' | 'deleteMany' | 'count' | 'consumeOne'
>;

/** What is stored of a token that is 32 random characters or more: a plain hash is enough, it cannot be guessed. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

const stored = (token: string): string => tokenHash(token).toString('hex');

// The library takes no address without a dot in its domain, and the first account of a machine is operator@localhost.
const DOTLESS = '.localdomain';

/** An address as the library accepts it; `withHashedSessionTokens` looks it up as it is stored. */
export const libraryAddress = (email: string): string => (/@[^.]+$/.test(email) ? email + DOTLESS : email);

const storedAddress = (where: Where): Where =>
  where.field === 'email' && typeof where.value === 'string' && where.value.endsWith(DOTLESS)
    ? { ...where, value: where.value.slice(0, -DOTLESS.length) }
    : where;

/**
 * Keeps session tokens out of the database: the library stores and looks them up as they are, and this puts the hash in
 * their place on the way in and the token back on the way out, where the library knew it.
 */
export function withHashedSessionTokens<Whole extends Adapter>(adapter: Whole): Whole {
  const isToken = (where: Where) => where.field === 'token';
  const hashedWhere = (where: Where[]): Where[] =>
    where.map((each) => {
      if (!isToken(each)) return each;
      const { value } = each;
      return { ...each, value: Array.isArray(value) ? value.map((one) => stored(String(one))) : stored(String(value)) };
    });
  const asked = <Given extends { model: string; where?: Where[] | undefined }>(given: Given): Given => {
    if (given.where === undefined) return given;
    if (given.model === 'user') return { ...given, where: given.where.map(storedAddress) };
    return given.model === 'session' ? { ...given, where: hashedWhere(given.where) } : given;
  };
  const shown = <Row>(row: Row, where: Where[]): Row => {
    const token = where.find(isToken)?.value;
    return row !== null && typeof row === 'object' && typeof token === 'string' ? { ...row, token } : row;
  };

  const wrapped: Adapter = {
    async create(given) {
      if (given.model !== 'session') return adapter.create(given);
      const { token } = given.data as unknown as { token: string };
      const row = await adapter.create({ ...given, data: { ...given.data, token: stored(token) } });
      return { ...row, token } as never;
    },
    async findOne(given) {
      return shown((await adapter.findOne(asked(given))) as never, given.model === 'session' ? given.where : []);
    },
    findMany: (given) => adapter.findMany(asked(given)),
    async update(given) {
      return shown((await adapter.update(asked(given))) as never, given.model === 'session' ? given.where : []);
    },
    updateMany: (given) => adapter.updateMany(asked(given)),
    delete: (given) => adapter.delete(asked(given)),
    deleteMany: (given) => adapter.deleteMany(asked(given)),
    count: (given) => adapter.count(asked(given)),
    consumeOne: (given) => adapter.consumeOne(asked(given)),
  };
  return { ...adapter, ...wrapped };
}
