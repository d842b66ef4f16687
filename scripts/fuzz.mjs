/**
 * `npm run fuzz -- [COUNT] [SEED]`: so many random texts (a million) are checked as conditions. Nothing may throw, take
 * longer than 50 ms, or touch anything outside; the same seed gives the same texts.
 */
import { checkCondition, printCondition } from '@ubot/strategy';

const [count = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
const LIMIT_MS = 50;
const WORDS = (
  'close open high low price volume volume_24h market_cap rank rsi(14) sma(50) macd(12, 26, 9).signal bbands(20, 2).upper ' +
  'adx(14).plus_di obv vwap market.btc_dominance coin("bitcoin").close coin(1) highest(high, 20) percent_change(price, 15m) ' +
  'rising(close, 3) falling( crosses above below and or not < <= > >= == != + - * / ( ) [ ] [1] [1d] @ @4h @ 1d , . % 30 ' +
  '1.5 50k 1e308 0 5% # "text" \' ` $ && || = ! ; { } __proto__ constructor toString prototype this eval Function import ' +
  'process globalThis => ?. ?? \n \t \u0000 \u200b é 漢 😀 rsii cloes 9999999999999999999999 .5 1..5 -- ++ ~ ^ \\'
).split(' ');

let state = seed >>> 0;
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 4_294_967_296;
};
const pick = (list) => list[Math.floor(random() * list.length)];

function text() {
  const kind = random();
  if (kind < 0.1) {
    return String.fromCodePoint(
      ...Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 0xd7ff)),
    );
  }
  const words = Array.from({ length: 1 + Math.floor(random() ** 3 * 120) }, () => pick(WORDS));
  const joined = words.join(random() < 0.5 ? ' ' : '');
  if (kind > 0.97) return joined.repeat(1 + Math.floor(random() * 20));
  // A good condition with one wound.
  if (kind > 0.6) {
    const good = 'rsi(14) < 30 and (close[1] crosses above sma(high - low, 50) @ 4h or not 30 < adx(14) <= 70)';
    const at = Math.floor(random() * good.length);
    return good.slice(0, at) + pick(WORDS) + good.slice(at + Math.floor(random() * 4));
  }
  return joined;
}

const globalsBefore = Object.getOwnPropertyNames(globalThis).length;
const startedMs = performance.now();
let slowestMs = 0;
let slowest = '';
let accepted = 0;
for (let i = 0; i < count; i++) {
  const condition = text();
  const from = performance.now();
  const checked = checkCondition({ text: condition, timeframe: '1h' });
  const tookMs = performance.now() - from;
  if (tookMs > slowestMs) {
    slowestMs = tookMs;
    slowest = condition;
  }
  if (!checked.ok) continue;
  accepted++;
  const again = checkCondition({ text: printCondition(checked.plan), timeframe: '1h' });
  if (!again.ok || again.plan.root.key !== checked.plan.root.key) throw new Error(`reads back otherwise: ${condition}`);
}
if ({}.polluted !== undefined || Object.getOwnPropertyNames(globalThis).length !== globalsBefore) {
  throw new Error('something outside was touched');
}
const seconds = (performance.now() - startedMs) / 1_000;
console.log(
  `${count} texts, seed ${seed}: ${accepted} are conditions; ${((seconds * 1e6) / count).toFixed(0)} µs each, the slowest ${slowestMs.toFixed(1)} ms`,
);
if (slowestMs > LIMIT_MS) {
  console.error(`slower than ${LIMIT_MS} ms: ${JSON.stringify(slowest.slice(0, 300))}`);
  process.exitCode = 1;
}
