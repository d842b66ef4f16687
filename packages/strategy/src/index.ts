export {
  SERIES_NAMES,
  COMPARE_OPERATORS,
  ARITHMETIC_OPERATORS,
  CROSS_DIRECTIONS,
  NUMBER_FUNCTIONS,
  TREND_DIRECTIONS,
  type SeriesName,
  type Verdict,
  type CompareOperator,
  type ArithmeticOperator,
  type CrossDirection,
  type NumberFunction,
  type TrendDirection,
  type ConstantNode,
  type SeriesNode,
  type MarketNode,
  type CoinSeriesNode,
  type PastNode,
  type FrameNode,
  type IndicatorNode,
  type ArithmeticNode,
  type NegateNode,
  type FunctionNode,
  type NumberNode,
  type CompareNode,
  type CrossesNode,
  type TrendNode,
  type ListNode,
  type NotNode,
  type BoolNode,
  type NamedNode,
  type ConditionPlan,
} from './plan.ts';
export { checkCondition, parseIndicatorCall } from './door.ts';
export { printCondition, type ConditionCheck, type ConditionInput, type ParsedIndicator } from './condition.ts';
export { warmUpOf, type WarmUp } from './warmUp.ts';
export { checkTemplate, placeholderNames } from './template.ts';
export { WARNING_CODES, type WarningCode } from './report.ts';
export { parseSpecFile, type SpecBlock, type SpecCase, type SpecFile } from './spec-file.ts';
export { coinsNamedIn, createCoinResolver, type CoinName, type CoinResolver } from './coins.ts';
export { type SourceSeries } from './checking.ts';
export { FILE_SOURCE, LIVE_SOURCE } from './series.ts';
export { parser as conditionParser } from './generated/condition.parser.ts';
export { KEYWORDS } from './keywords.ts';
export { WINDOW_FUNCTIONS } from './window.ts';
