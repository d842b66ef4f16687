import type { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import type { SendOutcome } from '../types.ts';
import { createAddressCheck, createGuardedLookup, type AddressRules } from './addresses.ts';

const PER_HOST = 4;
const BUSY_WAIT_MS = 1_000;

export interface UserHosts {
  readonly agents: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent };
  /** Whether an address written as a number may be reached; a name is judged when it is connected to. */
  mayReach(url: URL): boolean;
  /** Sends, unless this host is still answering as many as it may: then the send is deferred. */
  inTurn(url: URL, send: () => Promise<SendOutcome>): Promise<SendOutcome>;
  close(): void;
}

/**
 * Hosts that users name. They are kept out of the operator's network, and get a few requests at a time each, so that a slow
 * one holds up nobody else's alerts.
 */
export function createUserHosts(options: {
  addresses: AddressRules;
  perHostLimit?: number | undefined;
  lookup?: typeof systemLookup | undefined;
}): UserHosts {
  const { addresses, perHostLimit = PER_HOST } = options;
  const isAllowed = createAddressCheck(addresses);
  const lookup = createGuardedLookup(isAllowed, options.lookup);
  const agents = { httpAgent: new HttpAgent({ lookup }), httpsAgent: new HttpsAgent({ lookup }) };
  const running = new Map<string, number>();

  return {
    agents,
    mayReach({ hostname }) {
      const literal = hostname.replace(/^\[|\]$/g, '');
      return isIP(literal) === 0 || isAllowed(literal);
    },
    async inTurn({ host }, send) {
      const busy = running.get(host) ?? 0;
      if (busy >= perHostLimit) {
        const detail = `${host} is still answering ${busy} requests.`;
        return { kind: 'deferred', failure: { code: 'CHANNEL_RATE_LIMITED', detail, retryAfterMs: BUSY_WAIT_MS } };
      }
      running.set(host, busy + 1);
      try {
        return await send();
      } finally {
        const left = (running.get(host) ?? 1) - 1;
        if (left === 0) running.delete(host);
        else running.set(host, left);
      }
    },
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}
