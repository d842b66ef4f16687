/** The next lower price with two digits that matter: 64,066 → 64,000, 0.8319 → 0.83. 0 for what is no price. */
export function roundNear(price: number): number {
  if (!Number.isFinite(price) || price <= 0) return 0;
  const step = 10 ** (Math.floor(Math.log10(price)) - 1);
  return Number((Math.floor(price / step) * step).toPrecision(2));
}
