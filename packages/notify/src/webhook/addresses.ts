import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** What a webhook may reach: the public internet, and the private ranges that the operator names. */
export interface AddressRules {
  /** true: everything. */
  readonly allowPrivate: boolean;
  /** CIDR ranges allowed although they are private: "10.20.0.0/16". */
  readonly allowedRanges: readonly string[];
}

/** The code of the error by which a connection to a refused address ends. */
export const ADDRESS_REFUSED = 'UBOT_ADDRESS_REFUSED';

const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  // Addresses of the first kind in other clothes: translated and tunnelled IPv4.
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

/** Whether a text is a range that `allowedRanges` takes. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const family = isIP(address);
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/** Says of an address whether it may be reached. */
export function createAddressCheck(rules: AddressRules): (address: string) => boolean {
  const refused = listOf(NOT_PUBLIC);
  const allowed = listOf(rules.allowedRanges);
  return (address) => {
    if (rules.allowPrivate) return true;
    const plain = mappedIpv4(address) ?? address;
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(plain) === 0) return false;
    return allowed.check(plain, family) || !refused.check(plain, family);
  };
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

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** `::ffff:7f00:1` and `::ffff:127.0.0.1` are 127.0.0.1. */
function mappedIpv4(address: string): string | null {
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (dotted?.[1] !== undefined) return dotted[1];
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (hex === null) return null;
  const high = Number.parseInt(hex[1] ?? '0', 16);
  const low = Number.parseInt(hex[2] ?? '0', 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
