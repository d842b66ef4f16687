import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { UbotError } from '@ubot/contracts';

/** scrypt cost: 2^14 × 8 × 5 takes 16 MiB and about 0.2 s, the OWASP recommendation with the least memory. */
const COST = { ln: 14, r: 8, p: 5 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
// Node refuses unless it may use a little more than the 128·N·r bytes that scrypt itself needs.
const MEMORY_BYTES = 64 * 1024 * 1024;

/** Hashes at one time; more would only take turns on the processor, with memory for each. */
const HASHES_AT_ONCE = 2;
const HASHES_WAITING = 64;

interface Cost {
  ln: number;
  r: number;
  p: number;
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** A null hash takes as long as a real one and is never right. */
  verify(password: string, hash: string | null): Promise<boolean>;
}

/**
 * Password hashes with their parameters: `scrypt$14$8$5$salt$key`.
 *
 * Errors: throws RATE_LIMITED when too many are waiting.
 */
export function createPasswords(options: { cost?: Cost } = {}): Passwords {
  const cost = options.cost ?? COST;
  const inTurn = createTurns(HASHES_AT_ONCE, HASHES_WAITING);
  const derive = (password: string, salt: Buffer, with_: Cost): Promise<Buffer> =>
    inTurn(() => deriveKey(password.normalize('NFKC'), salt, with_));
  const dummySalt = randomBytes(SALT_BYTES);

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const key = await derive(password, salt, cost);
      return `scrypt$${cost.ln}$${cost.r}$${cost.p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
    },
    async verify(password, hash) {
      const known = hash === null ? null : parseHash(hash);
      if (known === null) {
        await derive(password, dummySalt, cost);
        return false;
      }
      return timingSafeEqual(await derive(password, known.salt, known.cost), known.key);
    },
  };
}

function parseHash(hash: string): { cost: Cost; salt: Buffer; key: Buffer } | null {
  const [scheme, ln, r, p, salt, key] = hash.split('$');
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) return null;
  const parsed = {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
  return parsed.key.length === KEY_BYTES ? parsed : null;
}

function deriveKey(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, { N: 2 ** ln, r, p, maxmem: MEMORY_BYTES }, (error, key) => {
      if (error === null) resolve(key);
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
