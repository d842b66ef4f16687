import type { SyntaxNode } from '@lezer/common';
import { argumentsOf } from './call.ts';
import { spanOf, wordsOf, type Checking } from './checking.ts';
import type { CoinResolver } from './coins.ts';
import { coinSeriesNode } from './nodes.ts';
import { SERIES_NAMES, type CoinSeriesNode, type SeriesName } from './plan.ts';
import { warnOfMissing } from './series.ts';
import { nearestWord } from './suggest.ts';

const SERIES: ReadonlyMap<string, SeriesName> = new Map(SERIES_NAMES.map((name) => [name, name]));

function hintFor(coins: CoinResolver, name: string): string {
  const nearest = nearestWord(name.toLowerCase(), coins.slugs);
  if (nearest) return `Did you mean \`${nearest}\`?`;
  return coins.isComplete
    ? 'Write the slug that stands in the address of its page at CoinMarketCap, or its id.'
    : 'No list of all coins is at hand here; write its id, as in `coin(1)`.';
}

/** The id of the coin that `coin("bitcoin")` or `coin(1)` names. */
function checkCoin(checking: Checking, node: SyntaxNode): { id: number; written: string } | null {
  const { report, coins } = checking;
  const { args, broken } = argumentsOf(node);
  const [arg] = args;
  if (broken) return null;
  if (args.length !== 1 || !arg || (arg.name !== 'String' && arg.name !== 'Number')) {
    const hint = 'Write `coin("bitcoin").close`, with the slug in quotation marks, or `coin(1).close`, with the id.';
    report.error('CONDITION_ARITY', spanOf(node), '`coin` takes one coin.', hint);
    return null;
  }
  const written = wordsOf(checking, arg);
  const name = arg.name === 'String' ? written.slice(1, -1) : written;
  const found = coins.find(name);
  if (found) return { id: found.id, written };
  // Where no list is at hand an id is taken at its word.
  const isId = /^[0-9]{1,9}$/.test(name.trim()) && Number(name) > 0;
  if (isId && !coins.isComplete) return { id: Number(name), written };
  const candidates = coins.bySymbol(name);
  if (candidates.length > 0) {
    const named = candidates.slice(0, 5).map(({ slug, id }) => `\`coin("${slug}")\` (id ${id})`);
    const message = `\`${name}\` is a symbol, which several coins may share.`;
    report.error('CONDITION_AMBIGUOUS_COIN', spanOf(arg), message, `Write ${named.join(' or ')}.`);
    return null;
  }
  report.error('CONDITION_UNKNOWN_NAME', spanOf(arg), `There is no coin \`${name}\`.`, hintFor(coins, name));
  return null;
}

/** `coin("bitcoin").close` */
export function checkOtherCoin(checking: Checking, call: SyntaxNode, output: SyntaxNode): CoinSeriesNode | null {
  const coin = checkCoin(checking, call);
  const word = wordsOf(checking, output).toLowerCase();
  const series = SERIES.get(word);
  if (!series) {
    const nearest = nearestWord(word, SERIES_NAMES);
    const all = `It has ${SERIES_NAMES.map((name) => `\`${name}\``).join(', ')}.`;
    const hint = nearest ? `Did you mean \`${nearest}\`?` : all;
    const message = `A coin has no \`${wordsOf(checking, output)}\`.`;
    checking.report.error('CONDITION_UNKNOWN_NAME', spanOf(output), message, hint);
    return null;
  }
  warnOfMissing(checking, output, series);
  return coin && coinSeriesNode(coin.id, series, coin.written);
}

/** `coin("bitcoin")` without saying what of it. */
export function refuseBareCoin(checking: Checking, call: SyntaxNode): null {
  if (!checkCoin(checking, call)) return null;
  const hint = `Write \`${wordsOf(checking, call)}.close\`.`;
  checking.report.error('CONDITION_TYPE', spanOf(call), 'This is a coin, not a number.', hint);
  return null;
}
