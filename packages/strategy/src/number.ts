import type { SyntaxNode } from '@lezer/common';
import { GLOBAL_METRICS, type GlobalMetric } from '@ubot/contracts';
import { TIMEFRAMES } from '@ubot/market';
import {
  checkCall,
  checkIndicatorCall,
  checkIndicatorName,
  checkOutput,
  defaultOutput,
  reportUnknownName,
} from './call.ts';
import { exampleCall } from './catalogue.ts';
import {
  childrenOf,
  nested,
  spanOf,
  withinCount,
  withinLookBack,
  withinSize,
  wordsOf,
  type Checking,
  type OwnName,
} from './checking.ts';
import {
  arithmeticNode,
  constantNode,
  frameNode,
  marketNode,
  negateNode,
  ownNamed,
  pastNode,
  seriesNode,
} from './nodes.ts';
import { readNumber } from './numbers.ts';
import { checkOtherCoin, refuseBareCoin } from './otherCoin.ts';
import {
  ARITHMETIC_OPERATORS,
  NUMBER_FUNCTIONS,
  SERIES_NAMES,
  TREND_DIRECTIONS,
  type ArithmeticOperator,
  type NumberNode,
  type SeriesName,
} from './plan.ts';
import { warnOfMissing } from './series.ts';
import { nearestWord } from './suggest.ts';
import { readCandles, WINDOW_FUNCTIONS } from './window.ts';

const SERIES: ReadonlyMap<string, SeriesName> = new Map(SERIES_NAMES.map((name) => [name, name]));
const METRICS: ReadonlyMap<string, GlobalMetric> = new Map(GLOBAL_METRICS.map((name) => [name, name]));
const OPERATORS: ReadonlyMap<string, ArithmeticOperator> = new Map(ARITHMETIC_OPERATORS.map((op) => [op, op]));
const TRENDS: ReadonlySet<string> = new Set(TREND_DIRECTIONS);
/** Names that stand before parentheses only. */
const CALLED: ReadonlySet<string> = new Set([...NUMBER_FUNCTIONS, ...WINDOW_FUNCTIONS, ...TREND_DIRECTIONS, 'coin']);

/** Yes/no parts found where a number is wanted are checked for mistakes of their own by this. */
type CheckInside = (checking: Checking, node: SyntaxNode) => unknown;

export interface NumberCheck {
  number(checking: Checking, node: SyntaxNode): NumberNode | null;
}

function checkLiteral(checking: Checking, node: SyntaxNode): NumberNode | null {
  const literal = node.getChild('NumberLiteral');
  if (!literal) return null;
  const word = wordsOf(checking, literal);
  const reading = readNumber(word);
  switch (reading.kind) {
    case 'number':
      return constantNode(reading.value, node.getChild('Percent') ? `${word}%` : word);
    case 'duration': {
      const million = word.endsWith('m') ? `For ${word.slice(0, -1)} million write \`${word.slice(0, -1)}M\`.` : null;
      checking.report.error('CONDITION_TYPE', spanOf(literal), `\`${word}\` is a duration, not a number.`, million);
      return null;
    }
    case 'too_large':
      checking.report.error('CONDITION_SYNTAX', spanOf(literal), `\`${word}\` is larger than any number can be.`);
      return null;
    default:
      checking.report.error(
        'CONDITION_SYNTAX',
        spanOf(literal),
        `\`${word}\` is not a number.`,
        'Numbers are written 30, 1.5, 50k, 1.5M, 2B, 5% or 7.3e-22.',
      );
      return null;
  }
}

/** What an own name stands for here: inside `@` it is read on that timeframe. */
function ownNameOf(checking: Checking, word: string): OwnName | undefined {
  const own = checking.ownNames.get(word);
  return own && checking.inFrame ? own.on(checking.timeframe) : own;
}

function checkName(checking: Checking, node: SyntaxNode): NumberNode | null {
  const written = wordsOf(checking, node);
  const word = written.toLowerCase();
  const own = ownNameOf(checking, word);
  if (own) {
    if (own.node) return own.node;
    return own.call ? defaultOutput(checking, node, own.call) : null;
  }
  const series = SERIES.get(word);
  if (series) {
    warnOfMissing(checking, node, series);
    return seriesNode(series);
  }
  const entry = checking.catalogue.entries.get(word);
  if (entry && entry.params.length === 0) {
    const call = checkIndicatorName(checking, node, entry);
    return call && defaultOutput(checking, node, call);
  }
  if (entry) {
    checking.report.error(
      'CONDITION_ARITY',
      spanOf(node),
      `\`${word}\` needs its parameters.`,
      `Write \`${exampleCall(entry)}\`.`,
    );
    return null;
  }
  if (CALLED.has(word)) {
    checking.report.error('CONDITION_ARITY', spanOf(node), `\`${word}\` needs its parameters in parentheses.`);
    return null;
  }
  if (word === 'market') {
    const metrics = GLOBAL_METRICS.map((metric) => `\`market.${metric}\``).join(', ');
    checking.report.error(
      'CONDITION_UNKNOWN_NAME',
      spanOf(node),
      '`market` alone is not a number.',
      `Write ${metrics}.`,
    );
    return null;
  }
  return reportUnknownName(checking, node, 'name');
}

function checkMetric(checking: Checking, metricName: SyntaxNode): NumberNode | null {
  const word = wordsOf(checking, metricName).toLowerCase();
  const metric = METRICS.get(word);
  if (metric) return marketNode(metric);
  const nearest = nearestWord(word, GLOBAL_METRICS);
  checking.report.error(
    'CONDITION_UNKNOWN_NAME',
    spanOf(metricName),
    `The market has no \`${wordsOf(checking, metricName)}\`.`,
    nearest
      ? `Did you mean \`market.${nearest}\`?`
      : `It has ${GLOBAL_METRICS.map((name) => `\`${name}\``).join(', ')}.`,
  );
  return null;
}

export function createNumberCheck(checkYesNo: CheckInside): NumberCheck {
  function checkMember(checking: Checking, node: SyntaxNode): NumberNode | null {
    const [target, output] = childrenOf(node).filter((child) => !child.type.isError && child.name !== '.');
    if (!target) return null;
    if (!output) {
      number(checking, target);
      return null;
    }
    const word = wordsOf(checking, target.name === 'Call' ? (target.getChild('Name') ?? target) : target).toLowerCase();
    if (target.name === 'Name' && word === 'market') return checkMetric(checking, output);
    if (target.name === 'OtherTimeframe') return checkFrame(checking, target, output);
    if (target.name === 'Call' && word === 'coin') return checkOtherCoin(checking, target, output);
    return checkOutputOf(checking, target, output);
  }

  /** The output of an indicator, or of an own name that stands for one. */
  function checkOutputOf(checking: Checking, target: SyntaxNode, output: SyntaxNode): NumberNode | null {
    const word = wordsOf(checking, target.name === 'Call' ? (target.getChild('Name') ?? target) : target).toLowerCase();
    const own = target.name === 'Name' ? ownNameOf(checking, word) : undefined;
    if (own?.call) {
      const chosen = checkOutput(checking, output, own.call);
      return chosen && ownNamed(chosen, `${word}.${chosen.output}`);
    }
    if (own && !own.node) return null;
    const entry = checking.catalogue.entries.get(word);
    if (entry && (target.name === 'Call' || (target.name === 'Name' && entry.params.length === 0))) {
      const call =
        target.name === 'Call'
          ? checkIndicatorCall(checking, target, number)
          : checkIndicatorName(checking, target, entry);
      return call && checkOutput(checking, output, call);
    }
    if (number(checking, target)) {
      const message = `\`${wordsOf(checking, target)}\` has no output \`${wordsOf(checking, output)}\`.`;
      checking.report.error('CONDITION_UNKNOWN_OUTPUT', spanOf(output), message, 'Only an indicator has outputs.');
    }
    return null;
  }

  /** `a + b - c`: from the left, however long. */
  function checkArithmetic(checking: Checking, node: SyntaxNode): NumberNode | null {
    let result: NumberNode | null = null;
    let op: ArithmeticOperator | null = null;
    let whole = true;
    for (const child of childrenOf(node)) {
      const sign = OPERATORS.get(wordsOf(checking, child));
      if (child.type.isError) whole = false;
      else if (sign && ['Plus', 'Minus', 'Times', 'Divide'].includes(child.name)) op = sign;
      else {
        const operand = number(checking, child);
        if (!operand) whole = false;
        else if (!whole) continue;
        else if (result === null || op === null) result = operand;
        else result = withinSize(checking, node, arithmeticNode(op, result, operand));
        if (result === null) whole = false;
      }
    }
    return whole ? result : null;
  }

  function checkUnary(checking: Checking, node: SyntaxNode): NumberNode | null {
    const [sign, inner] = childrenOf(node);
    if (!sign || !inner || inner.type.isError) return null;
    const operand = number(checking, inner);
    if (!operand || sign.name === 'Plus') return operand;
    return negateNode(operand);
  }

  function checkAnyCall(checking: Checking, node: SyntaxNode): NumberNode | null {
    const name = node.getChild('Name');
    const word = name ? wordsOf(checking, name).toLowerCase() : '';
    if (word === 'coin') return refuseBareCoin(checking, node);
    if (!TRENDS.has(word)) return checkCall(checking, node, number);
    checkYesNo(checking, node);
    checking.report.error('CONDITION_TYPE', spanOf(node), 'A yes/no stands where a number is wanted.');
    return null;
  }

  /** `close[3]`, `close[1h]` */
  function checkPast(checking: Checking, node: SyntaxNode): NumberNode | null {
    const [target, length] = childrenOf(node).filter((child) => !child.type.isError && !/^[[\]]$/.test(child.name));
    const of = target ? number(checking, target) : null;
    const candles = length ? readCandles(checking, length, 0) : null;
    if (!of || !candles) return null;
    if (candles.candles === 0) return of;
    const past = pastNode(of, candles.candles, candles.written);
    return withinCount(checking, node, past.key) ? withinLookBack(checking, node, past) : null;
  }

  /** `rsi(14) @ 4h`; `output` is the one named behind it, as in `macd(12, 26, 9) @ 4h .signal`. */
  function checkFrame(checking: Checking, node: SyntaxNode, output: SyntaxNode | null): NumberNode | null {
    const target = inside(node);
    const literal = node.getChild('NumberLiteral');
    if (!target || !literal) return null;
    const word = wordsOf(checking, literal);
    const timeframe = TIMEFRAMES.find((each) => each === word);
    if (checking.inFrame) {
      const message = 'A timeframe stands inside another one.';
      checking.report.error('CONDITION_TYPE', spanOf(literal), message, 'Only the outer `@` can say on which candles.');
      return null;
    }
    if (!timeframe) {
      const all = `The timeframes are ${TIMEFRAMES.join(', ')}.`;
      checking.report.error('CONDITION_PARAM_RANGE', spanOf(literal), `There is no timeframe \`${word}\`.`, all);
    }
    const framed: Checking = { ...checking, timeframe: timeframe ?? checking.timeframe, inFrame: true };
    const of = output === null ? number(framed, target) : checkOutputOf(framed, target, output);
    return of && timeframe ? withinSize(checking, node, frameNode(of, timeframe)) : null;
  }

  function inside(node: SyntaxNode): SyntaxNode | null {
    return (
      childrenOf(node).find(
        (child) => !child.type.isError && !/^[()[\]@]$/.test(child.name) && child.name !== 'NumberLiteral',
      ) ?? null
    );
  }

  function number(checking: Checking, node: SyntaxNode): NumberNode | null {
    switch (node.name) {
      case 'Number':
        return checkLiteral(checking, node);
      case 'Name':
        return checkName(checking, node);
      case 'Call':
        return checkAnyCall(checking, node);
      case 'Member':
        return nested(checking, node, () => checkMember(checking, node));
      case 'Sum':
      case 'Product':
        return checkArithmetic(checking, node);
      case 'Unary':
        return nested(checking, node, () => checkUnary(checking, node));
      case 'Parenthesised': {
        const inner = inside(node);
        return inner && nested(checking, node, () => number(checking, inner));
      }
      case 'History':
        return nested(checking, node, () => checkPast(checking, node));
      case 'OtherTimeframe':
        return nested(checking, node, () => checkFrame(checking, node, null));
      case 'String':
        checking.report.error('CONDITION_TYPE', spanOf(node), 'A text stands where a number is wanted.');
        return null;
      case 'Or':
      case 'And':
      case 'Not':
      case 'Comparison':
        checkYesNo(checking, node);
        checking.report.error('CONDITION_TYPE', spanOf(node), 'A yes/no stands where a number is wanted.');
        return null;
      default:
        return null;
    }
  }

  return { number };
}
