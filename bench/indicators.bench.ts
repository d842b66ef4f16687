import { INDICATORS, computeIndicator, type CandleInput, type IndicatorDefinition } from '@ubot/indicators';
import { IndicatorsSync } from '@ixjb94/indicators';
import { median, type Bench, type Figure } from './lib/bench.ts';
import { PEER_CASES, peerLoop, type PeerCandle, type PeerCase } from './lib/indicatorPeers.ts';
import { createRandom } from './lib/lab.ts';

const COINS = 10_000;
/** Candles that every coin is fed with before anything is timed: everybody is warm and compiled. */
const WARM_CANDLES = 100;
const TIMED_CANDLES = 25;
const SERIES_CANDLES = 200_000;
const SIGNALS_GOAL = 8;
const TECHNICAL_GOAL = 40;
const BYTES_GOAL = 100;

type Columns = Record<CandleInput, Float64Array>;

/** The market candle by candle, in the form each side likes best; making these forms is not timed. */
interface Round {
  readonly columns: Columns;
  readonly closes: readonly number[];
  readonly candles: readonly PeerCandle[];
}

function market(coins: number, rounds: number): Round[] {
  const random = createRandom(3);
  const prices = Array.from({ length: coins }, () => Math.exp(10 - 16 * random()));
  return Array.from({ length: rounds }, () => {
    const candles = prices.map((open, coin): PeerCandle => {
      const close = open * (1 + 0.02 * (random() - 0.5));
      const [high, low] = [Math.max(open, close) * (1 + 0.005 * random()), Math.min(open, close) * 0.997];
      prices[coin] = close;
      return { open, high, low, close, volume: 1 + 1_000 * random() };
    });
    const column = (pick: (candle: PeerCandle) => number) => Float64Array.from(candles, pick);
    const volume = column((candle) => candle.volume);
    const columns = {
      open: column((candle) => candle.open),
      high: column((candle) => candle.high),
      low: column((candle) => candle.low),
      close: column((candle) => candle.close),
      volume,
      volume_24h: volume,
    };
    return { columns, candles, closes: candles.map((candle) => candle.close) };
  });
}

const inputsOf = (definition: IndicatorDefinition, columns: Columns) =>
  (definition.inputs === 'series' ? ['close' as const] : definition.inputs).map((name) => columns[name]);

/** One update of all coins by us, as a function of the round and the time. */
function ourLoop(definition: IndicatorDefinition, params: readonly number[]) {
  const columns = definition.create(params, { capacity: COINS, allocate: (length) => new Float64Array(length) });
  const present = new Uint8Array(COINS).fill(1);
  return (round: Round, openAtMs: number) => {
    columns.step({ from: 0, to: COINS, openAtMs, inputs: inputsOf(definition, round.columns), present });
    return columns.outputs.every((output) => Number.isFinite(output[COINS - 1]));
  };
}

/** One update of all coins by a peer. */
function theirLoop({ takes }: PeerCase, make: () => object, method: 'add' | 'nextValue') {
  const instances = Array.from({ length: COINS }, make);
  const run = peerLoop(method);
  return (round: Round) => (run(instances, takes === 'close' ? round.closes : round.candles) ?? null) !== null;
}

/** Median nanoseconds per coin of each contestant, who take turns candle by candle. */
function race(loops: readonly ((round: Round, openAtMs: number) => boolean)[], rounds: readonly Round[]): number[] {
  const times = loops.map((): number[] => []);
  for (let at = 0; at < WARM_CANDLES + TIMED_CANDLES; at++) {
    const round = rounds[at % rounds.length]!;
    loops.forEach((loop, i) => {
      const startedMs = performance.now();
      const answered = loop(round, at * 60_000);
      const tookMs = performance.now() - startedMs;
      if (at < WARM_CANDLES) return;
      if (!answered) throw new Error(`contestant ${i} has no answer after ${at} candles`);
      times[i]!.push((tookMs * 1e6) / COINS);
    });
  }
  return times.map(median);
}

function streamingFigures(each: PeerCase, rounds: readonly Round[], log: (line: string) => void): Figure[] {
  const { indicator, params } = each;
  const peers = [
    { peer: 'trading-signals', goal: SIGNALS_GOAL, make: each.signals, method: 'add' as const },
    { peer: 'technicalindicators', goal: TECHNICAL_GOAL, make: each.technical, method: 'nextValue' as const },
  ].flatMap((peer) => (peer.make === undefined ? [] : [{ ...peer, make: peer.make }]));
  const definition = INDICATORS.get(indicator)!;
  const loops = [ourLoop(definition, params), ...peers.map(({ make, method }) => theirLoop(each, make, method))];
  const [ours, ...theirs] = race(loops, rounds);
  const seen = peers.map(({ peer }, i) => `${peer} ${theirs[i]!.toFixed(0)} ns`).join(', ');
  log(`${indicator}(${params.join(', ')}): ${ours!.toFixed(1)} ns a coin; ${seen}`);
  return peers.map(({ peer, goal }, i) => {
    const ratio = theirs[i]! / ours!;
    return { label: `${indicator} streaming, against ${peer}`, value: ratio, unit: '×', goal: `≥ ${goal}`, ok: ratio >= goal }; // prettier-ignore
  });
}

const series = (column: Float64Array): number[] => [...column];

/** Over one long series, the whole answer at once. */
function batchFigures(log: (line: string) => void): Figure[] {
  const [high, low, close, volume] = (['high', 'low', 'close', 'volume'] as const).map((name) =>
    Float64Array.from(market(1, SERIES_CANDLES), ({ columns }) => columns[name][0]!),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const columns = { open: close, high, low, close, volume, volume_24h: volume };
  const [h, l, c, v] = [high, low, close, volume].map(series) as [number[], number[], number[], number[]];
  const peer = new IndicatorsSync();
  const theirs: Record<string, { params: number[]; run: () => unknown }> = {
    sma: { params: [20], run: () => peer.sma(c, 20) },
    ema: { params: [20], run: () => peer.ema(c, 20) },
    wma: { params: [20], run: () => peer.wma(c, 20) },
    rsi: { params: [14], run: () => peer.rsi(c, 14) },
    macd: { params: [12, 26, 9], run: () => peer.macd(c, 12, 26, 9) },
    bbands: { params: [20, 2], run: () => peer.bbands(c, 20, 2) },
    atr: { params: [14], run: () => peer.atr(h, l, c, 14) },
    cci: { params: [20], run: () => peer.cci(h, l, c, 20) },
    mfi: { params: [14], run: () => peer.mfi(h, l, c, v, 14) },
    obv: { params: [], run: () => peer.obv(c, v) },
  };
  return Object.entries(theirs).map(([name, { params, run }]) => {
    const definition = INDICATORS.get(name)!;
    const inputs = inputsOf(definition, columns);
    const contestants = [() => computeIndicator({ definition, params, inputs }), run];
    const times = contestants.map((): number[] => []);
    for (let at = 0; at < 9; at++) {
      contestants.forEach((contestant, i) => {
        const startedMs = performance.now();
        contestant();
        if (at >= 2) times[i]!.push(performance.now() - startedMs);
      });
    }
    const [ours, their] = times.map(median) as [number, number];
    log(`${name} over ${SERIES_CANDLES} candles: ${ours.toFixed(1)} ms; @ixjb94/indicators ${their.toFixed(1)} ms`);
    return { label: `${name} batch, against @ixjb94/indicators`, value: their / ours, unit: '×', goal: 'none', ok: true };
  }); // prettier-ignore
}

/** Bytes a coin and instance, outputs included. */
function bytesOf(definition: IndicatorDefinition, params: readonly number[]): number {
  let cells = 0;
  const allocate = (length: number) => {
    cells += length > 1 ? length : 0;
    return new Float64Array(length);
  };
  definition.create(params, { capacity: 2, allocate });
  return (8 * cells) / 2;
}

/** An indicator that is as large for a period of 20 as for one of 200 keeps no window of values. */
function memoryFigures(log: (line: string) => void): Figure[] {
  const kept = [...INDICATORS.values()].filter(({ family }) => family !== 'pattern');
  const sized = kept.map((definition) => {
    const defaults = definition.params.map((param) => param.default);
    const longer = definition.params.map((param, i) => (param.kind === 'integer' ? 3 * defaults[i]! : defaults[i]!));
    const bytes = bytesOf(definition, defaults);
    return { name: definition.name, bytes, window: bytesOf(definition, longer) > bytes };
  });
  for (const window of [false, true]) {
    const listed = sized.filter((each) => each.window === window).map(({ name, bytes }) => `${name} ${bytes}`);
    log(`bytes a coin, ${window ? 'with a window' : 'without a window'}: ${listed.join(', ')}`);
  }
  return sized
    .filter(({ window }) => !window)
    .map(({ name, bytes }) => {
      return { label: `${name}, memory`, value: bytes, unit: 'B a coin', goal: `≤ ${BYTES_GOAL}`, ok: bytes <= BYTES_GOAL }; // prettier-ignore
    });
}

export const bench: Bench = {
  name: 'indicators',
  about: 'one more candle for 10,000 coins against streaming peers, a long series against a batch peer, and memory',
  async run({ log }) {
    const rounds = market(COINS, 40);
    const streaming = PEER_CASES.flatMap((each) => streamingFigures(each, rounds, log));
    return { name: 'indicators', figures: [...streaming, ...memoryFigures(log), ...batchFigures(log)] };
  },
};
