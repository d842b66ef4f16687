import { INDICATORS } from '@ubot/indicators';
import { TIMEFRAME_MS, type Candle, type CandleColumns } from '@ubot/market';
import { checkCondition, type ConditionPlan } from '@ubot/strategy';
import { describe, expect, it } from 'vitest';
import { createLive, type Live } from './live.testing.ts';
import { columnsOf } from './plans.testing.ts';
import { MAX_RING_ROWS } from './program.ts';

const HOUR = TIMEFRAME_MS['1h'];
const COINS = [1, 2];
const LENGTH = 1_500;

/** A market that moves, with short gaps and now and then a long one. */
function market(): Map<number, Candle[]> {
  let state = 42;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  return new Map(
    COINS.map((coin) => {
      let price = 100 * coin;
      const candles = Array.from({ length: LENGTH }, (_, at): Candle => {
        const open = price;
        price *= 1 + 0.02 * (random() - 0.5);
        const [high, low] = [
          Math.max(open, price) * (1 + 0.003 * random()),
          Math.min(open, price) * (1 - 0.003 * random()),
        ];
        const figures = { volume24hUsd: 1e6 * random(), marketCapUsd: 1e9, samples: 1, volume: 10 + random() };
        return { openAtMs: at * HOUR, open, high, low, close: price, ...figures };
      });
      return [coin, candles.filter((_, at) => at % 97 !== 50 && (at < 700 || at > 705))];
    }),
  );
}

const CONDITIONS = [
  'rsi(5) < 30 and close crosses above sma(20)',
  'ema(8) > ema(12)',
  'macd(3, 6, 4).histogram crosses 0',
  'bbands(20, 2).percent_b > 1',
  'atr(5) > atr(5)[3] and rising(close, 2)',
  'adx(4) > 30',
  'close > highest(high, 20)[1]',
  'stoch(14, 3, 3).k crosses below stoch(14, 3, 3).d',
  'rsi(5) @ 4h > 60 and close > close @ 4h',
  'sma(close @ 4h, 5) > sma(close @ 4h, 9)',
  'coin(2).close > coin(2).close[1]',
];

function planOf(text: string): ConditionPlan {
  const checked = checkCondition({ text, timeframe: '1h' });
  if (!checked.ok) throw new Error(`${text}: ${checked.diagnostics[0]?.message}`);
  return checked.plan;
}
const PLANS = CONDITIONS.map(planOf);

/** The closes of every hour, with the candle of 4h that closes with it. */
function closesOf(): CandleColumns[][] {
  const coins = market();
  const hours = columnsOf('1h', coins);
  const fours = new Map<number, CandleColumns>();
  for (const [at] of Array.from({ length: LENGTH / 4 }, (_, i) => [4 * i * HOUR])) {
    const candles = new Map(
      COINS.flatMap((coin) => {
        const inside = coins.get(coin)!.filter(({ openAtMs }) => openAtMs >= at! && openAtMs < at! + 4 * HOUR);
        const [first, last] = [inside[0], inside.at(-1)];
        if (!first || !last) return [];
        const high = Math.max(...inside.map((candle) => candle.high));
        const low = Math.min(...inside.map((candle) => candle.low));
        return [[coin, [{ ...last, openAtMs: at!, open: first.open, high, low }]] as const];
      }),
    );
    if (candles.size > 0) fours.set(at! + 4 * HOUR, columnsOf('4h', candles)[0]!);
  }
  return hours.map((hour) => {
    const four = fours.get(hour.openAtMs + HOUR);
    return four === undefined ? [hour] : [hour, four];
  });
}

const strategies = PLANS.map((condition, handle) => {
  return { handle, condition, rearm: null, on: 'candle_close', coins: null } as const;
});

/** Every verdict and every number that an alert would show, bit by bit. */
function stateOf(live: Live): unknown[] {
  return COINS.flatMap((coinId) => {
    const verdicts = PLANS.map((_, handle) => live.verdictOf(handle, coinId));
    const values = ['rsi(5)', 'sma(20)', 'ema(8)', 'adx(4).adx', 'rsi(5) @ 4h', 'bbands(20, 2).percent_b'].map((key) =>
      live.engine.valueOf({ timeframe: '1h', on: 'candle_close', coinId, key }),
    );
    return [...verdicts, ...values];
  });
}

describe('killed and started again', () => {
  it('knows from stored candles alone what it knew before, to the bit, and goes on alike', () => {
    const closes = closesOf();
    const straight = createLive({ name: 'straight' });
    const requests = straight.put(strategies);
    const rowsOf = new Map(requests.map(({ timeframe, rows }) => [timeframe, rows]));
    // What is read back is less than what was seen.
    expect(rowsOf.get('1h')!).toBeLessThan(LENGTH - 400);
    const states = closes.map((closed) => {
      straight.close(closed);
      return stateOf(straight);
    });
    for (let cut = 1; cut < closes.length; cut += cut < 200 ? 1 : 23) {
      const again = createLive({ name: `again-${cut}` });
      again.put(strategies);
      for (const timeframe of ['1h', '4h'] as const) {
        const stored = closes.slice(0, cut).flatMap((closed) => closed.filter((each) => each.timeframe === timeframe));
        for (const columns of stored.slice(-rowsOf.get(timeframe)!)) {
          again.engine.addHistory(columns, { market: null, snapshot: null });
        }
      }
      again.warm();
      expect([cut, stateOf(again)]).toEqual([cut, states[cut - 1]]);
      for (let at = cut; at < Math.min(cut + 5, closes.length); at++) {
        again.close(closes[at]!);
        expect([cut, at, stateOf(again)]).toEqual([cut, at, states[at]]);
      }
    }
  }, 60_000);

  it('reads back enough for every indicator of the catalogue that forgets, at its usual parameters', () => {
    const slow = [...INDICATORS.values()].filter((definition) => {
      const stable = definition.stable(definition.params.map((param) => param.default));
      return stable !== null && stable > MAX_RING_ROWS;
    });
    // Its slowest speed is that of an average over hundreds of candles.
    expect(slow.map(({ name }) => name)).toEqual(['kama']);
  });
});
