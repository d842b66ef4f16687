/**
 * One kind of environment variable each: what it accepts and how it is described. `parse` returns the value or throws a
 * `Mistake` whose sentence goes after the variable's name ("UBOT_PORT must be …").
 */
export interface Setting<T> {
  readonly about: string;
  readonly kind: string;
  readonly fallback: T | undefined;
  readonly required: boolean;
  /** Secrets can come from a file (NAME_FILE), and their value never appears in a message. */
  readonly secret: boolean;
  parse(text: string): T;
}

/** The reason why a value cannot be used; never holds the value of a secret. */
export class Mistake extends Error {}

interface Described {
  about: string;
}
interface WithDefault<T> extends Described {
  default?: T;
}
interface WithOptional extends Described {
  optional: true;
}

interface TextLimits {
  minimumChars?: number;
  maximumChars?: number;
  pattern?: RegExp;
}

const MAXIMUM_CHARS = 4_096;

interface Shape<T> {
  kind: string;
  secret?: boolean;
  parse: (text: string) => T;
}

function setting<T>(options: Described & { default?: T; optional?: boolean }, shape: Shape<T>): Setting<T> {
  return {
    about: options.about,
    kind: shape.kind,
    fallback: options.default,
    required: options.default === undefined && options.optional !== true,
    secret: shape.secret ?? false,
    parse: shape.parse,
  };
}

function checkText(text: string, limits: TextLimits): string {
  const minimum = limits.minimumChars ?? 1;
  const maximum = limits.maximumChars ?? MAXIMUM_CHARS;
  if (text.length < minimum) throw new Mistake(`must have at least ${minimum} characters`);
  if (text.length > maximum) throw new Mistake(`must have at most ${maximum} characters`);
  if (limits.pattern !== undefined && !limits.pattern.test(text)) throw new Mistake('has a form that cannot be used');
  return text;
}

export function envString(options: WithOptional & TextLimits): Setting<string | undefined>;
export function envString(options: WithDefault<string> & TextLimits): Setting<string>;
export function envString(
  options: Described & { default?: string; optional?: true } & TextLimits,
): Setting<string | undefined> {
  return setting<string | undefined>(options, { kind: 'text', parse: (text) => checkText(text, options) });
}

/** A text that is never shown. At least 8 characters unless said otherwise. */
export function envSecret(options: WithOptional & TextLimits): Setting<string | undefined>;
export function envSecret(options: WithDefault<string> & TextLimits): Setting<string>;
export function envSecret(
  options: Described & { default?: string; optional?: true } & TextLimits,
): Setting<string | undefined> {
  const limits = { minimumChars: 8, ...options };
  return setting<string | undefined>(options, {
    kind: 'secret',
    secret: true,
    parse: (text) => checkText(text, limits),
  });
}

interface NumberLimits {
  minimum: number;
  maximum: number;
}

export function envInteger(options: WithOptional & NumberLimits): Setting<number | undefined>;
export function envInteger(options: WithDefault<number> & NumberLimits): Setting<number>;
export function envInteger(
  options: Described & { default?: number; optional?: true } & NumberLimits,
): Setting<number | undefined> {
  const { minimum, maximum } = options;
  return setting<number | undefined>(options, {
    kind: `whole number from ${minimum} to ${maximum}`,
    parse: (text) => {
      const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= minimum && value <= maximum)) {
        throw new Mistake(`must be a whole number from ${minimum} to ${maximum}, not ${quote(text)}`);
      }
      return value;
    },
  });
}

export function envNumber(options: WithOptional & NumberLimits): Setting<number | undefined>;
export function envNumber(options: WithDefault<number> & NumberLimits): Setting<number>;
export function envNumber(
  options: Described & { default?: number; optional?: true } & NumberLimits,
): Setting<number | undefined> {
  const { minimum, maximum } = options;
  return setting<number | undefined>(options, {
    kind: `number from ${minimum} to ${maximum}`,
    parse: (text) => {
      const value = /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= minimum && value <= maximum)) {
        throw new Mistake(`must be a number from ${minimum} to ${maximum}, not ${quote(text)}`);
      }
      return value;
    },
  });
}

export function envBoolean(options: WithDefault<boolean>): Setting<boolean> {
  return setting<boolean>(options, {
    kind: 'true or false',
    parse: (text) => {
      if (text === 'true' || text === '1') return true;
      if (text === 'false' || text === '0') return false;
      throw new Mistake(`must be true or false, not ${quote(text)}`);
    },
  });
}

export function envEnum<const V extends string>(
  options: WithDefault<NoInfer<V>> & { values: readonly V[] },
): Setting<V> {
  return setting<V>(options, {
    kind: options.values.join(', '),
    parse: (text) => {
      const value = options.values.find((candidate) => candidate === text);
      if (value === undefined) throw new Mistake(`must be one of ${options.values.join(', ')}, not ${quote(text)}`);
      return value;
    },
  });
}

interface UrlLimits {
  /** Without the colon; http and https unless said otherwise. */
  protocols?: readonly string[];
  /** true: holds a password, as a database's address does. */
  secret?: boolean;
}

/** An address, as text without a slash at its end. */
export function envUrl(options: WithOptional & UrlLimits): Setting<string | undefined>;
export function envUrl(options: WithDefault<string> & UrlLimits): Setting<string>;
export function envUrl(
  options: Described & { default?: string; optional?: true } & UrlLimits,
): Setting<string | undefined> {
  const protocols = options.protocols ?? ['http', 'https'];
  const secret = options.secret ?? false;
  const forms = protocols.map((protocol) => `${protocol}://`).join(' or ');
  return setting<string | undefined>(options, {
    kind: 'address',
    secret,
    parse: (text) => {
      const url = URL.canParse(text) ? new URL(text) : null;
      if (url === null || !protocols.includes(url.protocol.slice(0, -1))) {
        throw new Mistake(`must be an address that begins with ${forms}${secret ? '' : `, not ${quote(text)}`}`);
      }
      return text.replace(/\/+$/, '');
    },
  });
}

const QUOTED_CHARS = 60;

function quote(text: string): string {
  return `"${text.length > QUOTED_CHARS ? `${text.slice(0, QUOTED_CHARS)}…` : text}"`;
}
