import { isIP } from 'node:net';
import { defineConfig } from './config.ts';
import { Mistake, type Setting } from './settings.ts';

/** What a webhook may reach beside the public internet. */
export interface AddressRules {
  /** true: everything. */
  readonly allowPrivate: boolean;
  /** CIDR ranges allowed although they are private: "10.20.0.0/16". */
  readonly allowedRanges: readonly string[];
}

export const PUBLIC_ONLY: AddressRules = { allowPrivate: false, allowedRanges: [] };

function isRange(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const family = isIP(address);
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function parseRules(text: string): AddressRules {
  if (text === 'true' || text === 'false') return { ...PUBLIC_ONLY, allowPrivate: text === 'true' };
  const allowedRanges = text.split(',').map((range) => range.trim());
  const wrong = allowedRanges.find((range) => !isRange(range));
  if (wrong !== undefined) {
    throw new Mistake(`must be true, false or ranges such as 10.0.0.0/8, not "${wrong.slice(0, 60)}"`);
  }
  return { allowPrivate: false, allowedRanges };
}

const setting: Setting<AddressRules | undefined> = {
  about: 'Whether webhooks may reach private addresses: true, false, or ranges such as 10.0.0.0/8,fd00::/8.',
  kind: 'true, false or ranges; false when not set',
  fallback: undefined,
  required: false,
  secret: false,
  parse: parseRules,
};

/** Read by who takes webhooks' addresses and by who calls them, so that both refuse the same. */
export const WEBHOOK_CONFIG = defineConfig({ UBOT_WEBHOOK_ALLOW_PRIVATE: setting });
