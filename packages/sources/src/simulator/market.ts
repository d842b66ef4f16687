import type { SimulatedCoin } from './coins.ts';
import type { Random } from './random.ts';

const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;

// The market factor. Volatility clusters: it is a base times the exponential of a slow and a fast mean-reverting part.
const MARKET_VOLATILITY = 0.45; // per year
const SLOW = { days: 25, deviation: 0.35 };
const FAST = { days: 1.2, deviation: 0.45 };
const SPIKE = { days: 0.12, deviation: 0.35 };
/** Falls raise volatility more than rises do. */
const LEVERAGE = -0.45;
/** Prices are drawn back to their anchors over this long, so that the demo neither dies out nor explodes. */
const ANCHOR_DAYS = 300;
/** Now and then the market or one coin jumps. */
const MARKET_JUMP = { perDay: 0.12, deviation: 0.035 };
const COIN_JUMP = { perDay: 0.1, deviation: 0.06 };
/** A coin's own moves are a mix of two normals: fat tails at every step length. Variance of the mix is 1. */
const CALM = { weight: 0.95, scale: 0.82 };
const WILD_SCALE = Math.sqrt((1 - CALM.weight * CALM.scale ** 2) / (1 - CALM.weight));
const STABLE = { days: 0.1, deviation: 0.0004 };
/** A rolling 24 h figure follows today's trading with about this delay. */
const VOLUME_MEMORY_DAYS = 0.35;
const VOLUME_NOISE = { days: 0.5, deviation: 0.25 };

/** Where the market stands. Prices are anchor × exp(deviation). */
export interface SimulatedMarket {
  readonly prices: Float64Array;
  readonly volumes: Float64Array;
  /** Lets time pass in one step. */
  advance(stepMs: number, random: Random): void;
  /** Puts a coin where a stored snapshot left it. */
  place(slot: number, at: { priceUsd: number; volume24hUsd: number }): void;
}

interface Factor {
  readonly days: number;
  readonly deviation: number;
}

/** How a mean-reverting (Ornstein-Uhlenbeck) value moves in a step of any length, exactly. */
function reversion(factor: Factor, days: number): { keep: number; noise: number } {
  const keep = Math.exp(-days / factor.days);
  return { keep, noise: factor.deviation * Math.sqrt(1 - keep * keep) };
}

/**
 * A market of correlated coins: each follows the market factor by its beta and adds moves of its own; volatility
 * clusters, tails are fat, volume rises with volatility, stablecoins stay near 1.
 *
 * Edges:  any step length gives the same distribution over a day, so history may be walked in coarse steps.
 */
export function createSimulatedMarket(coins: readonly SimulatedCoin[]): SimulatedMarket {
  const count = coins.length;
  const deviations = new Float64Array(count);
  const prices = Float64Array.from(coins, (coin) => coin.anchorPriceUsd);
  const volumes = Float64Array.from(coins, (coin) => coin.anchorPriceUsd * coin.supply * coin.turnover);
  const volumeNoise = new Float64Array(count);
  let slow = 0;
  let fast = 0;
  let spike = 0;

  /** Moves the market's volatility on and returns its move and how nervous it is (1 on average). */
  function stepMarket(days: number, random: Random): { move: number; nervousness: number } {
    const varianceOfLog = SLOW.deviation ** 2 + FAST.deviation ** 2 + SPIKE.deviation ** 2;
    const nervousness = Math.exp(slow + fast + spike - varianceOfLog / 2);
    const shock = random.normal();
    let move = MARKET_VOLATILITY * nervousness * Math.sqrt(days / YEAR_DAYS) * shock;
    if (random.uniform() < MARKET_JUMP.perDay * days) move += MARKET_JUMP.deviation * random.normal();
    const fastStep = reversion(FAST, days);
    const slowStep = reversion(SLOW, days);
    const spikeStep = reversion(SPIKE, days);
    const own = Math.sqrt(1 - LEVERAGE ** 2);
    slow = slow * slowStep.keep + slowStep.noise * random.normal();
    fast = fast * fastStep.keep + fastStep.noise * (LEVERAGE * shock + own * random.normal());
    spike = spike * spikeStep.keep + spikeStep.noise * random.normal();
    return { move, nervousness };
  }

  return {
    prices,
    volumes,

    advance(stepMs, random) {
      const days = stepMs / DAY_MS;
      const { move, nervousness } = stepMarket(days, random);
      const anchorKeep = Math.exp(-days / ANCHOR_DAYS);
      const stableStep = reversion(STABLE, days);
      const volumeKeep = Math.exp(-days / VOLUME_MEMORY_DAYS);
      const noiseStep = reversion(VOLUME_NOISE, days);
      const rootYears = Math.sqrt(days / YEAR_DAYS);
      // Own moves are livelier in a nervous market, though less than the market itself.
      const liveliness = Math.sqrt(nervousness) * rootYears;
      for (let slot = 0; slot < count; slot += 1) {
        const coin = coins[slot]!;
        const before = deviations[slot]!;
        if (coin.stable) {
          deviations[slot] = before * stableStep.keep + stableStep.noise * random.normal();
        } else {
          const scale = random.uniform() < CALM.weight ? CALM.scale : WILD_SCALE;
          let own = coin.ownVolatility * liveliness * scale * random.normal();
          if (random.uniform() < COIN_JUMP.perDay * days) own += COIN_JUMP.deviation * random.normal();
          deviations[slot] = before * anchorKeep + coin.beta * move + own;
        }
        prices[slot] = coin.anchorPriceUsd * Math.exp(deviations[slot]!);
        volumeNoise[slot] = volumeNoise[slot]! * noiseStep.keep + noiseStep.noise * random.normal();
        const moved = Math.abs(deviations[slot]! - before) / (rootYears || 1);
        const target = coin.turnover * (0.55 * nervousness + 0.45 * moved) * Math.exp(volumeNoise[slot]!);
        const targetUsd = target * prices[slot]! * coin.supply;
        volumes[slot] = volumes[slot]! * volumeKeep + targetUsd * (1 - volumeKeep);
      }
    },

    place(slot, { priceUsd, volume24hUsd }) {
      const coin = coins[slot]!;
      deviations[slot] = Math.log(priceUsd / coin.anchorPriceUsd);
      prices[slot] = priceUsd;
      if (volume24hUsd > 0) volumes[slot] = volume24hUsd;
    },
  };
}
