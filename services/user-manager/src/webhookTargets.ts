import { lookup as systemLookup } from 'node:dns/promises';
import type { Result } from '@ubot/contracts';
import { withTimeLimit, type AddressRules } from '@ubot/service-kit';
import ipaddr from 'ipaddr.js';

export type Lookup = (name: string, options: { all: true }) => Promise<readonly { address: string }[]>;

export interface WebhookTargetOptions {
  rules: AddressRules;
  /** Resolves names; tests hand in their own. */
  lookup?: Lookup;
  lookupLimitMs?: number;
}

/** A person waits for the answer. */
const LOOKUP_LIMIT_MS = 2_000;
/** Public by its number, and yet a service of the machine's own cloud (Azure's). */
const CLOUD_ADDRESSES = ['168.63.129.16'];
const GLOBAL_IPV6 = '2000::/3';

/**
 * Says why a webhook's address cannot be saved; null when it can. Whoever may name an address must not thereby reach
 * what stands beside uBot: loopback, private networks, the cloud's own services.
 *
 * Edges:  a name counts as every address that it resolves to now; one that does not resolve is taken, because it may be
 *         set up later. What it resolves to then is checked again at each send, at the connection itself.
 * Errors: CHANNEL_TARGET_INVALID.
 */
export function createWebhookTargets(options: WebhookTargetOptions): (url: string) => Promise<Result<never> | null> {
  const lookup: Lookup = options.lookup ?? systemLookup;
  const allowed = options.rules.allowedRanges.map((range) => ipaddr.parseCIDR(range));
  const isAllowed = (text: string): boolean => {
    if (options.rules.allowPrivate) return true;
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return allowed.some((range) => isWithin(address, range)) || isPublic(address);
  };

  return async (text) => {
    // The URL itself turns octal, hexadecimal and short forms of an address into the plain one.
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || url.hostname === '') return refused('The address cannot be read as a URL.');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = ipaddr.isValid(host) ? [host] : await resolve(lookup, host, options.lookupLimitMs);
    if (addresses.every(isAllowed)) return null;
    return refused(`${url.hostname} is a private address; the operator has not allowed it.`);
  };
}

async function resolve(lookup: Lookup, host: string, limitMs = LOOKUP_LIMIT_MS): Promise<string[]> {
  try {
    const found = await withTimeLimit(lookup(host, { all: true }), limitMs);
    return found.map(({ address }) => address);
  } catch {
    return [];
  }
}

type Address = ReturnType<typeof ipaddr.process>;

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast' || CLOUD_ADDRESSES.includes(address.toString())) return false;
  return address.kind() === 'ipv4' || isWithin(address, ipaddr.parseCIDR(GLOBAL_IPV6));
}

function isWithin(address: Address, [base, bits]: readonly [Address, number]): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

function refused(detail: string): Result<never> {
  return { ok: false, failure: { code: 'CHANNEL_TARGET_INVALID', detail } };
}
