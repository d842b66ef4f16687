import { expect, it } from 'vitest';
import { checkCondition } from './door.ts';
import { checkTemplate, placeholderNames } from './template.ts';

const INDICATORS = [{ name: 'fast', expression: 'ema(12)' }];
const CONDITION = 'rsi(14) < 30 and close crosses above sma(50) and fast * 2 > abs(close - open)';

function planOf(text: string) {
  const checked = checkCondition({ text, timeframe: '1h', indicators: INDICATORS });
  if (!checked.ok) throw new Error('the condition has mistakes');
  return checked.plan;
}
const notes = (template: string) =>
  checkTemplate(template, planOf(CONDITION)).map(({ code, from, to, message, hint }) => [
    code,
    template.slice(from, to),
    message,
    hint,
  ]);

it('knows the fixed names, the own ones and every number of the condition', () => {
  expect(placeholderNames(planOf(CONDITION)).slice(-10)).toEqual(
    [
      'fast',
      'rsi(14)',
      'close, one candle before',
      'sma(50)',
      'sma(50), one candle before',
      'fast * 2',
      'open',
      'close - open',
      'abs(close - open)',
    ].toSpliced(0, 0, 'ack_link'),
  );
});

it.each([
  'no placeholder at all, { } and } } are text',
  '{{coin.symbol}} {{ price }} {{RSI(14)}} {{rsi( 14 )}} {{fast}} {{abs(close-open)}}',
  '{{close, one candle before}} {{link}} {{ack_link}}',
])('finds nothing wrong with %s', (template) => {
  expect(notes(template)).toEqual([]);
});

const unknown = (name: string) => `There is no placeholder \`${name}\` in this strategy.`;

it.each([
  ['at {{pirce}}', 'TEMPLATE_UNKNOWN_PLACEHOLDER', '{{pirce}}', unknown('pirce'), 'Did you mean `{{price}}`?'],
  ['{{coin}}', 'TEMPLATE_UNKNOWN_PLACEHOLDER', '{{coin}}', unknown('coin'), expect.stringContaining('`coin.symbol`')],
  ['{{rsi(41)}}', 'TEMPLATE_UNKNOWN_PLACEHOLDER', '{{rsi(41)}}', unknown('rsi(41)'), 'Did you mean `{{rsi(14)}}`?'],
  ['🚀 {{fasst}}', 'TEMPLATE_UNKNOWN_PLACEHOLDER', '{{fasst}}', unknown('fasst'), 'Did you mean `{{fast}}`?'],
  ['{{constructor}}', 'TEMPLATE_UNKNOWN_PLACEHOLDER', '{{constructor}}', unknown('constructor'), expect.any(String)],
  ['{{}}', 'TEMPLATE_SYNTAX', '{{}}', 'This placeholder names nothing.', 'Write one such as `{{price}}`.'],
  ['{{price}', 'TEMPLATE_SYNTAX', '{{price}', 'This placeholder is not closed.', expect.any(String)],
  ['{{price\n}}', 'TEMPLATE_SYNTAX', '{{price', 'This placeholder is not closed.', expect.any(String)],
])('%s is told with its place', (template, ...expected) => {
  expect(notes(template)).toEqual([expected]);
});

it('tells all mistakes at once, in the order of the text', () => {
  expect(notes('{{foo}} {{}} {{bar}} {{baz').map(([, text]) => text)).toEqual(['{{foo}}', '{{}}', '{{bar}}', '{{baz']);
});

it('says only what is unreadable while the condition has mistakes of its own', () => {
  expect(checkTemplate('{{rsi(14)}} {{', null).map(({ from }) => from)).toEqual([12]);
});

it('never takes long, whatever the text', () => {
  const startedMs = performance.now();
  for (const hostile of ['{'.repeat(1_000), '{{'.repeat(500), '{{a}'.repeat(250), `{{${' '.repeat(990)}}}`]) {
    checkTemplate(hostile, planOf(CONDITION));
  }
  expect(performance.now() - startedMs).toBeLessThan(250);
});
