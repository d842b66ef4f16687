/**
 * Writes the table of docs/indicators.md from the catalogue: `npm run docs:indicators`; with --check it only says whether
 * the page is current. What stands outside the two marks is written by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INDICATORS } from '@ubot/indicators';

const PAGE = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/indicators.md');
const [BEGIN, END] = ['<!-- begin of the catalogue -->', '<!-- end of the catalogue -->'];
const FAMILIES = {
  trend: 'Trend',
  momentum: 'Momentum',
  volatility: 'Volatility',
  volume: 'Volume',
  candles: 'Candles',
  pattern: 'Candlestick patterns',
};

const rangeOf = (range) => {
  if (range === null) return '';
  const [least, most] = range.map((border) => (Math.abs(border) === Infinity ? '∞' : String(border)));
  return ` ${least} to ${most}`;
};

function outputsOf({ outputs, units, ranges }) {
  return outputs
    .map((name, i) => `${outputs.length > 1 ? `\`.${name}\` ` : ''}${units[i]}${rangeOf(ranges[i])}`)
    .join(', ');
}

function rowOf(definition) {
  const { name, params, inputs, about } = definition;
  const defaults = params.map((param) => param.default);
  const call = params.length === 0 ? name : `${name}(${defaults.join(', ')})`;
  const parameters = params.map((param) => `${param.name} ${param.minimum} to ${param.maximum}`).join(', ');
  const stable = definition.stable(defaults);
  const needs = inputs === 'series' ? 'any series' : inputs.join(', ');
  const memory = stable === null ? 'never forgets' : String(stable);
  return [`\`${call}\``, about, parameters, needs, outputsOf(definition), definition.warmUp(defaults), memory];
}

function catalogue() {
  const head = ['written', 'is', 'parameters', 'reads', 'gives', 'defined after', 'stable after'];
  return Object.entries(FAMILIES)
    .map(([family, title]) => {
      const rows = [...INDICATORS.values()].filter((definition) => definition.family === family).map(rowOf);
      const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
      return `### ${title}\n\n${lines.join('\n')}\n`;
    })
    .join('\n');
}

const page = readFileSync(PAGE, 'utf8');
const [before, rest] = page.split(BEGIN);
const [, after] = rest.split(END);
const current = `${before}${BEGIN}\n\n<!-- prettier-ignore-start -->\n\n${catalogue()}\n<!-- prettier-ignore-end -->\n\n${END}${after}`;
if (process.argv.includes('--check')) {
  if (current !== page) {
    console.error('docs/indicators.md is not current: npm run docs:indicators');
    process.exitCode = 1;
  }
} else {
  writeFileSync(PAGE, current);
}
