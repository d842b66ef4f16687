import type { ChannelDriver } from '../types.ts';

/** Writes the alert into the service's log: the channel of the first five minutes. */
export function createLogDriver(log: (fields: Readonly<Record<string, unknown>>) => void): ChannelDriver {
  return {
    kind: 'log',
    name: 'log',
    async send({ notificationId, alert, text }) {
      const { id: alertId, strategyId, coin } = alert;
      log({ event: 'alert.logged', notificationId, alertId, strategyId, coinId: coin.id, text });
      return { kind: 'accepted', providerMessageId: null, providerStatus: 'logged' };
    },
    async close() {},
  };
}
