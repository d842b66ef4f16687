import type { Alert } from '@ubot/contracts';
import type { LookUpRequest, SendRequest } from './types.ts';

export const ALERT: Alert = {
  id: '0190a000-0000-7000-8000-000000000001',
  sequence: '17',
  userId: '0190a000-0000-7000-8000-000000000002',
  strategyId: '0190a000-0000-7000-8000-000000000003',
  strategyVersionId: '0190a000-0000-7000-8000-000000000004',
  strategyVersion: 1,
  strategyName: 'Dip',
  coin: { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
  timeframe: '1h',
  triggeredAtMs: 1_700_000_000_000,
  snapshotTakenAtMs: 1_700_000_000_000,
  priceUsd: 35_000,
  source: 'coinmarketcap',
  condition: 'close < 36000',
  explanation: 'close = 35000 < 36000',
  values: [{ text: 'close', value: 35_000 }],
  candle: null,
  late: false,
  mayRepaint: false,
  createdAtMs: 1_700_000_001_000,
};

export const NOTIFICATION_ID = '0190a000-0000-7000-8000-00000000000a';
export const REFERENCE = 'K7QX2M';
export const TEXT = `Bitcoin (BTC) 35000 USD: close = 35000 < 36000. Ref ${REFERENCE}`;

export function sendRequest(changes: Partial<SendRequest> = {}): SendRequest {
  return {
    notificationId: NOTIFICATION_ID,
    target: { kind: 'sms', to: '+14155550100' },
    text: TEXT,
    reference: REFERENCE,
    alert: ALERT,
    signingSecret: null,
    validForMs: 900_000,
    signal: new AbortController().signal,
    ...changes,
  };
}

export function lookUpRequest(changes: Partial<LookUpRequest> = {}): LookUpRequest {
  const { notificationId, target, text, reference, signal } = sendRequest();
  return { notificationId, target, text, reference, signal, exceptIds: [], sentAfterMs: Date.now(), ...changes };
}
