import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { hash as argonHash, verify as argonVerify } from '@node-rs/argon2';
import { UbotError } from '@ubot/contracts';

/** argon2id at 19 MiB and two passes takes some 30 ms: OWASP's recommendation with the least memory. */
const COST: Cost = { memoryKib: 19_456, passes: 2 };

/** Hashes at one time; more would only take turns on the processor, with memory for each. */
const HASHES_AT_ONCE = 2;
const HASHES_WAITING = 64;

interface Cost {
  readonly memoryKib: number;
  readonly passes: number;
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** A null hash takes as long as a real one and is never right. */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** true: made by the scheme or at the cost of an earlier release; worth making anew while the password is at hand. */
  isOutdated(hash: string): boolean;
}

/**
 * Password hashes as argon2 writes them down, parameters included: `$argon2id$v=19$m=19456,t=2,p=1$salt$key`. Those of
 * earlier releases (`scrypt$14$8$5$salt$key`) stay good. The work is done off the main thread.
 *
 * Errors: throws RATE_LIMITED when too many are waiting.
 */
export function createPasswords(options: { cost?: Cost } = {}): Passwords {
  const { memoryKib, passes } = options.cost ?? COST;
  const inTurn = createTurns(HASHES_AT_ONCE, HASHES_WAITING);
  const argon = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 };
  const current = `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$`;
  const hashOf = (password: string): Promise<string> => inTurn(() => argonHash(password.normalize('NFKC'), argon));
  // Nobody knows the password that this is the hash of.
  let nobodys: Promise<string> | undefined;

  return {
    hash: hashOf,
    async verify(password, hash) {
      nobodys ??= hashOf(randomBytes(SALT_BYTES).toString('hex'));
      const given = password.normalize('NFKC');
      const scrypted = hash === null ? null : parseScrypt(hash);
      if (scrypted !== null) return inTurn(() => isScryptOf(given, scrypted));
      const known = hash?.startsWith('$argon2id$') === true ? hash : null;
      const against = known ?? (await nobodys);
      const isRight = await inTurn(() => argonVerify(against, given));
      return known !== null && isRight;
    },
    isOutdated: (hash) => !hash.startsWith(current),
  };
}

const SALT_BYTES = 16;
const SCRYPT_KEY_BYTES = 32;
// Node refuses unless it may use a little more than the 128·N·r bytes that scrypt itself needs.
const SCRYPT_MEMORY_BYTES = 64 * 1024 * 1024;

interface ScryptHash {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

function parseScrypt(hash: string): ScryptHash | null {
  const [scheme, ln, r, p, salt, key] = hash.split('$');
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) return null;
  const bytes = { salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url') };
  return bytes.key.length === SCRYPT_KEY_BYTES ? { N: 2 ** Number(ln), r: Number(r), p: Number(p), ...bytes } : null;
}

function isScryptOf(password: string, { N, r, p, salt, key }: ScryptHash): Promise<boolean> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, SCRYPT_KEY_BYTES, { N, r, p, maxmem: SCRYPT_MEMORY_BYTES }, (error, derived) => {
      if (error === null) resolve(timingSafeEqual(derived, key));
      else reject(error);
    });
  });
}

/** Runs at most `atOnce` works at one time, the rest in order of asking. */
function createTurns(atOnce: number, waitingLimit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= waitingLimit) throw new UbotError('RATE_LIMITED', undefined, { retryAfterMs: 5_000 });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

// Without the letters and digits that people mistake for each other (0 O, 1 l I).
const PASSWORD_LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Four groups of five: 117 bits, and still possible to type off a screen. */
export function newOneTimePassword(): string {
  const group = (): string =>
    Array.from({ length: 5 }, () => PASSWORD_LETTERS[randomInt(PASSWORD_LETTERS.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
