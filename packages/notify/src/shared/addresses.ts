import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What a webhook may reach: the public internet, and the private ranges that the operator names. */
export interface AddressRules {
  /** true: everything. */
  readonly allowPrivate: boolean;
  /** CIDR ranges allowed although they are private: "10.20.0.0/16". */
  readonly allowedRanges: readonly string[];
}

/** The code of the error by which a connection to a refused address ends. */
export const ADDRESS_REFUSED = 'UBOT_ADDRESS_REFUSED';

/** Public by its number, and yet a service of the machine's own cloud (Azure's). */
const CLOUD_ADDRESSES = ['168.63.129.16'];
/** All that is routed on the internet; addresses outside it are tunnels, translations and leftovers. */
const GLOBAL_IPV6 = '2000::/3';

/**
 * Says of an address whether it may be reached.
 *
 * Edges: IPv4 in IPv6 clothes (`::ffff:10.0.0.1`) and in octal, hexadecimal or short form counts as what it is; what is
 *        no address may not be reached.
 */
export function createAddressCheck(rules: AddressRules): (address: string) => boolean {
  const allowed = rules.allowedRanges.map((range) => ipaddr.parseCIDR(range));
  return (text) => {
    if (rules.allowPrivate) return true;
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return allowed.some((range) => isWithin(address, range)) || isPublic(address);
  };
}

type Address = ReturnType<typeof ipaddr.process>;

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast' || CLOUD_ADDRESSES.includes(address.toString())) return false;
  return address.kind() === 'ipv4' || isWithin(address, ipaddr.parseCIDR(GLOBAL_IPV6));
}

function isWithin(address: Address, [base, bits]: readonly [Address, number]): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

/**
 * Resolves a name for a connection that is about to be made, and refuses it when any of its addresses may not be
 * reached. The checked address is the one connected to: a name that changes its answer in between gains nothing.
 */
export function createGuardedLookup(
  isAllowed: (address: string) => boolean,
  lookup: typeof systemLookup = systemLookup,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const first = addresses?.[0];
      if (error !== null || first === undefined) {
        callback(error ?? Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), []);
        return;
      }
      if (!addresses.every(({ address }) => isAllowed(address))) {
        callback(Object.assign(new Error('the address may not be reached'), { code: ADDRESS_REFUSED }), []);
        return;
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
