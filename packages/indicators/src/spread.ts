/**
 * The population standard deviation of a full ring around `mean`, and what rounding took from that mean: around a price of
 * 1e12 the mean of the window has four decimals, the distances from it have all their digits. Taken from the newest to
 * the oldest value, so that it does not depend on where the ring began.
 */
export function spreadOf(ring: Float64Array, window: { base: number; period: number; at: number; mean: number }) {
  const { base, period, at, mean } = window;
  let squares = 0;
  let distances = 0;
  for (let i = at; i >= base; i--) {
    const distance = ring[i]! - mean;
    squares += distance * distance;
    distances += distance;
  }
  for (let i = base + period - 1; i > at; i--) {
    const distance = ring[i]! - mean;
    squares += distance * distance;
    distances += distance;
  }
  const correction = distances / period;
  const variance = Math.max(squares / period - correction * correction, 0);
  return { deviation: Math.sqrt(variance), correction };
}
