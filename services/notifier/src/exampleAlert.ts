import { placeholderKey, placeholdersIn, TEMPLATE_PLACEHOLDERS, type Alert, type Strategy } from '@ubot/contracts';

const NIL_ID = '00000000-0000-0000-0000-000000000000';
const EXAMPLE_VALUE = 28.4;

/** An alert that never was: of the strategy where there is one, with a number for whatever the template names. Its ids are nil. */
export function exampleAlert(given: {
  strategy: Strategy | null;
  /** Of what is no strategy's. */
  name?: string;
  template: string | null;
  userId: string;
  nowMs: number;
}): Alert {
  const { strategy, name = 'Example', template, userId, nowMs } = given;
  const condition = strategy?.condition ?? 'rsi(14) < 30';
  const named = placeholdersIn(template ?? '').filter(
    ({ name }) => !Object.hasOwn(TEMPLATE_PLACEHOLDERS, placeholderKey(name)),
  );
  return {
    id: NIL_ID,
    sequence: '0',
    userId,
    strategyId: strategy?.id ?? NIL_ID,
    strategyVersionId: strategy?.versionId ?? NIL_ID,
    strategyVersion: strategy?.version ?? 1,
    strategyName: strategy?.name ?? name,
    coin: { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
    timeframe: strategy?.timeframe ?? '1h',
    triggeredAtMs: nowMs,
    snapshotTakenAtMs: nowMs,
    priceUsd: 67_123.46,
    source: 'example',
    condition,
    explanation: condition,
    values: named.map(({ name }) => ({ text: name, value: EXAMPLE_VALUE })),
    candle: null,
    late: false,
    mayRepaint: strategy?.trigger.on === 'snapshot',
    createdAtMs: nowMs,
  };
}
