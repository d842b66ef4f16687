import * as technical from 'technicalindicators';
import * as signals from 'trading-signals';

/** What a streaming peer is fed with: the close, or the candle as an object. */
export interface PeerCandle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** A peer's indicator for one coin, made anew for each. */
type Make = () => object;

export interface PeerCase {
  readonly indicator: string;
  readonly params: readonly number[];
  /** What both peers take. */
  readonly takes: 'close' | 'candle';
  readonly signals?: Make;
  readonly technical?: Make;
}

const values: number[] = [];
const prices = { open: values, high: values, low: values, close: values, volume: values, timestamp: values };
const { EMA } = signals;

const BY_CLOSE: readonly Omit<PeerCase, 'takes'>[] = [
  {
    indicator: 'sma',
    params: [20],
    signals: () => new signals.SMA(20),
    technical: () => new technical.SMA({ period: 20, values }),
  },
  {
    indicator: 'ema',
    params: [20],
    signals: () => new EMA(20),
    technical: () => new technical.EMA({ period: 20, values }),
  },
  {
    indicator: 'wma',
    params: [20],
    signals: () => new signals.WMA(20),
    technical: () => new technical.WMA({ period: 20, values }),
  },
  { indicator: 'rma', params: [14], signals: () => new signals.RMA(14) },
  { indicator: 'dema', params: [20], signals: () => new signals.DEMA(20) },
  { indicator: 'tema', params: [20], signals: () => new signals.TEMA(20) },
  { indicator: 'hma', params: [9], signals: () => new signals.HMA(9) },
  {
    indicator: 'rsi',
    params: [14],
    signals: () => new signals.RSI(14),
    technical: () => new technical.RSI({ period: 14, values }),
  },
  {
    indicator: 'macd',
    params: [12, 26, 9],
    signals: () => new signals.MACD(new EMA(12), new EMA(26), new EMA(9)),
    technical: () =>
      new technical.MACD({
        values,
        fastPeriod: 12,
        slowPeriod: 26,
        signalPeriod: 9,
        SimpleMAOscillator: false,
        SimpleMASignal: false,
      }),
  },
  {
    indicator: 'stoch_rsi',
    params: [14, 14, 3, 3],
    technical: () =>
      new technical.StochasticRSI({ values, rsiPeriod: 14, stochasticPeriod: 14, kPeriod: 3, dPeriod: 3 }),
  },
  {
    indicator: 'roc',
    params: [10],
    signals: () => new signals.ROC(10),
    technical: () => new technical.ROC({ period: 10, values }),
  },
  { indicator: 'momentum', params: [10], signals: () => new signals.MOM(10) },
  { indicator: 'cmo', params: [14], signals: () => new signals.CMO(14) },
  {
    indicator: 'trix',
    params: [15],
    signals: () => new signals.TRIX(15),
    technical: () => new technical.TRIX({ period: 15, values }),
  },
  {
    indicator: 'bbands',
    params: [20, 2],
    signals: () => new signals.BollingerBands(20, 2),
    technical: () => new technical.BollingerBands({ period: 20, stdDev: 2, values }),
  },
  { indicator: 'stddev', params: [20], technical: () => new technical.SD({ period: 20, values }) },
  { indicator: 'highest', params: [20], technical: () => new technical.Highest({ period: 20, values }) },
];

const BY_CANDLE: readonly Omit<PeerCase, 'takes'>[] = [
  {
    indicator: 'tr',
    params: [],
    signals: () => new signals.TR(),
    technical: () => new technical.TrueRange(prices),
  },
  {
    indicator: 'atr',
    params: [14],
    signals: () => new signals.ATR(14),
    technical: () => new technical.ATR({ period: 14, ...prices }),
  },
  { indicator: 'natr', params: [14], signals: () => new signals.NATR(14) },
  {
    indicator: 'adx',
    params: [14],
    signals: () => new signals.ADX(14),
    technical: () => new technical.ADX({ period: 14, ...prices }),
  },
  {
    indicator: 'cci',
    params: [20],
    signals: () => new signals.CCI(20),
    technical: () => new technical.CCI({ period: 20, ...prices }),
  },
  {
    indicator: 'stoch',
    params: [14, 3, 3],
    signals: () => new signals.StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 }),
    technical: () => new technical.Stochastic({ period: 14, signalPeriod: 3, ...prices }),
  },
  {
    indicator: 'williams_r',
    params: [14],
    signals: () => new signals.WilliamsR(14),
    technical: () => new technical.WilliamsR({ period: 14, ...prices }),
  },
  {
    indicator: 'awesome',
    params: [5, 34],
    signals: () => new signals.AO(5, 34),
    technical: () => new technical.AwesomeOscillator({ fastPeriod: 5, slowPeriod: 34, ...prices }),
  },
  { indicator: 'aroon', params: [14], signals: () => new signals.Aroon(14) },
  { indicator: 'vortex', params: [14], signals: () => new signals.VortexIndicator(14) },
  {
    indicator: 'psar',
    params: [0.02, 0.2],
    signals: () => new signals.PSAR({ accelerationStep: 0.02, accelerationMax: 0.2 }),
    technical: () => new technical.PSAR({ step: 0.02, max: 0.2, ...prices }),
  },
  {
    indicator: 'supertrend',
    params: [10, 3],
    signals: () => new signals.SuperTrend({ interval: 10, multiplier: 3 }),
  },
  {
    indicator: 'keltner',
    params: [20, 2, 10],
    signals: () => new signals.KeltnerChannels({ emaInterval: 20, multiplier: 2, atrInterval: 10 }),
    technical: () =>
      new technical.KeltnerChannels({ maPeriod: 20, atrPeriod: 10, multiplier: 2, useSMA: false, ...prices }),
  },
  { indicator: 'donchian', params: [20], signals: () => new signals.DonchianChannels(20) },
  {
    indicator: 'chandelier',
    params: [22, 3],
    signals: () => new signals.ChandelierExit({ interval: 22, multiplier: 3 }),
    technical: () => new technical.ChandelierExit({ period: 22, multiplier: 3, ...prices }),
  },
  {
    indicator: 'ichimoku',
    params: [9, 26, 52],
    signals: () => new signals.IchimokuCloud({ conversionInterval: 9, baseInterval: 26, spanBInterval: 52 }),
    technical: () =>
      new technical.IchimokuCloud({
        conversionPeriod: 9,
        basePeriod: 26,
        spanPeriod: 52,
        displacement: 26,
        ...prices,
      }),
  },
  { indicator: 'vwma', params: [20], signals: () => new signals.VWMA(20) },
  {
    indicator: 'obv',
    params: [],
    signals: () => new signals.OBV(2),
    technical: () => new technical.OBV(prices),
  },
  {
    indicator: 'ad',
    params: [],
    signals: () => new signals.AD(),
    technical: () => new technical.ADL(prices),
  },
  { indicator: 'cmf', params: [20], signals: () => new signals.CMF(20) },
  { indicator: 'adosc', params: [3, 10], signals: () => new signals.ADOSC({ fastPeriod: 3, slowPeriod: 10 }) },
  {
    indicator: 'mfi',
    params: [14],
    signals: () => new signals.MFI(14),
    technical: () => new technical.MFI({ period: 14, ...prices }),
  },
  {
    indicator: 'vwap',
    params: [],
    signals: () => new signals.VWAP(),
    technical: () => new technical.VWAP(prices),
  },
  {
    indicator: 'force_index',
    params: [13],
    signals: () => new signals.ForceIndex(13),
    technical: () => new technical.ForceIndex({ period: 13, ...prices }),
  },
  { indicator: 'heikin_ashi', params: [], technical: () => new technical.HeikinAshi(prices) },
];

export const PEER_CASES: readonly PeerCase[] = [
  ...BY_CLOSE.map((each) => ({ ...each, takes: 'close' as const })),
  ...BY_CANDLE.map((each) => ({ ...each, takes: 'candle' as const })),
];

/**
 * Feeds one input per coin and returns the last answer. Each peer gets a loop compiled for it alone: in one that all of them
 * share, the engine would have to look up the method anew for every coin, which is no fault of theirs.
 */
export function peerLoop(method: 'add' | 'nextValue') {
  // oxlint-disable-next-line no-new-func -- of two fixed method names, see above
  return new Function(
    'instances',
    'inputs',
    `let last; for (let i = 0; i < instances.length; i++) last = instances[i].${method}(inputs[i]); return last;`,
  ) as (instances: readonly object[], inputs: readonly unknown[]) => unknown;
}
