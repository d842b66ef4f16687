import {
  DEFAULT_TRIGGER,
  TEMPLATE_PLACEHOLDERS,
  type Diagnostic,
  type Hold,
  type Strategy,
  type StrategyInput,
  type StrategyPreviewInput,
  type Timeframe,
  type Trigger,
  type Universe,
} from '@ubot/contracts';
import { checkCondition, checkTemplate, placeholderNames } from '@ubot/strategy';
import type { OwnName } from './language.ts';

/** A strategy as it stands in the form: everything there, nothing checked yet. */
export interface Draft {
  readonly name: string;
  readonly universe: Universe;
  readonly timeframe: Timeframe;
  readonly indicators: readonly OwnName[];
  readonly condition: string;
  readonly trigger: Trigger;
  readonly message: string;
  readonly channelIds: readonly string[];
  readonly tags: readonly string[];
  readonly urgent: boolean;
}

export const NEW_DRAFT: Draft = {
  name: '',
  universe: { kind: 'top', count: 100 },
  timeframe: '1h',
  indicators: [],
  condition: '',
  trigger: DEFAULT_TRIGGER,
  message: '',
  channelIds: [],
  tags: [],
  urgent: false,
};

export function draftOf(strategy: Strategy): Draft {
  const { name, universe, timeframe, indicators, condition, trigger, message, channelIds, tags, urgent } = strategy;
  return {
    name,
    universe,
    timeframe,
    indicators,
    condition,
    trigger,
    message: message ?? '',
    channelIds,
    tags,
    urgent,
  };
}

/** What is saved. Names of one's own that were left empty are left out. */
export function inputOf(draft: Draft, enabled: boolean): StrategyInput {
  const { name, universe, timeframe, condition, trigger, message, channelIds, tags, urgent } = draft;
  return {
    name: name.trim(),
    enabled,
    universe,
    timeframe,
    indicators: ownNames(draft),
    condition,
    trigger,
    message: message.trim() === '' ? null : message,
    channelIds: [...channelIds],
    tags: [...tags],
    urgent,
  };
}

/** Those that were written out; a line that is still empty is left out. */
function ownNames({ indicators }: Pick<Draft, 'indicators'>): OwnName[] {
  return indicators
    .filter((own) => own.name.trim() !== '' && own.expression.trim() !== '')
    .map((own) => ({ name: own.name.trim().toLowerCase(), expression: own.expression.trim() }));
}

/** What is asked of the market now: what the name, the message and the channels are makes no difference to it. */
export function previewOf(draft: Draft): StrategyPreviewInput {
  const { universe, timeframe, condition, trigger } = draft;
  return { universe, timeframe, condition, indicators: ownNames(draft), trigger: { on: trigger.on } };
}

/** The server's own check, in the browser: every mistake and warning with its place. */
export function checkDraft({ timeframe, indicators, trigger }: Draft, condition: string): readonly Diagnostic[] {
  return checkCondition({ text: condition, timeframe, indicators: ownNames({ indicators }), on: trigger.on })
    .diagnostics;
}

/** The mistakes of the message's placeholders, and the names that it may use. */
export function checkMessage(
  { timeframe, indicators, condition }: Pick<Draft, 'timeframe' | 'indicators' | 'condition'>,
  message: string,
): { diagnostics: readonly Diagnostic[]; names: readonly string[] } {
  const read = checkCondition({ text: condition, timeframe, indicators: ownNames({ indicators }) });
  const plan = read.ok ? read.plan : null;
  const names = plan === null ? Object.keys(TEMPLATE_PLACEHOLDERS) : placeholderNames(plan);
  return { diagnostics: checkTemplate(message, plan), names };
}

/** What keeps a draft from being saved, by field. */
export function missingIn(draft: Draft): readonly ('name' | 'condition' | 'coins')[] {
  return [
    ...(draft.name.trim() === '' ? (['name'] as const) : []),
    ...(draft.condition.trim() === '' ? (['condition'] as const) : []),
    ...(hasNoCoins(draft.universe) ? (['coins'] as const) : []),
  ];
}

function hasNoCoins(universe: Universe): boolean {
  if (universe.kind === 'watchlist') return universe.id === '';
  return universe.kind === 'coins' && universe.ids.length === 0;
}

const MINUTE_MS = 60_000;
const UNITS = [
  { unit: 'days', ms: 1_440 * MINUTE_MS },
  { unit: 'hours', ms: 60 * MINUTE_MS },
  { unit: 'minutes', ms: MINUTE_MS },
] as const;
export type SpanUnit = (typeof UNITS)[number]['unit'];

/** 90 minutes in the largest unit that says it whole: { count: 90, unit: 'minutes' }. */
export function spanOf(ms: number): { count: number; unit: SpanUnit } {
  const fits = UNITS.find((each) => ms >= each.ms && ms % each.ms === 0);
  return fits === undefined
    ? { count: Math.max(1, Math.round(ms / MINUTE_MS)), unit: 'minutes' }
    : { count: ms / fits.ms, unit: fits.unit };
}

export const isHoldInCandles = (hold: Hold): hold is { candles: number } => 'candles' in hold;

/** A strategy to begin with. Names and explanations are in the texts. */
export interface Template {
  readonly id: 'oversold' | 'goldenCross' | 'breakout' | 'jump' | 'dominance' | 'squeeze';
  readonly draft: Pick<Draft, 'condition' | 'timeframe' | 'universe' | 'indicators'> & { trigger?: Partial<Trigger> };
}

const TOP_100: Universe = { kind: 'top', count: 100 };
const HOUR_MS = 60 * MINUTE_MS;

export const TEMPLATES: readonly Template[] = [
  {
    id: 'oversold',
    draft: {
      condition: 'rsi(14) crosses above 30 and close > sma(200)',
      timeframe: '1h',
      universe: TOP_100,
      indicators: [],
      trigger: { cooldownMs: 4 * HOUR_MS },
    },
  },
  {
    id: 'goldenCross',
    draft: {
      condition: 'fast crosses above slow',
      timeframe: '1d',
      universe: TOP_100,
      indicators: [
        { name: 'fast', expression: 'sma(50)' },
        { name: 'slow', expression: 'sma(200)' },
      ],
    },
  },
  {
    id: 'breakout',
    draft: {
      condition: 'close > highest(high, 20)[1] and close crosses above bbands(20, 2).upper',
      timeframe: '4h',
      universe: TOP_100,
      indicators: [],
    },
  },
  {
    id: 'jump',
    draft: {
      condition: 'percent_change(price, 15m) > 5 or percent_change(price, 15m) < -5',
      timeframe: '5m',
      universe: { kind: 'top', count: 200 },
      indicators: [],
      trigger: { on: 'snapshot', cooldownMs: HOUR_MS, maxPerDay: 20 },
    },
  },
  {
    id: 'dominance',
    draft: {
      condition: 'change(market.btc_dominance, 24) < -1 and close > close[24]',
      timeframe: '1h',
      universe: { kind: 'coins', ids: [1] },
      indicators: [],
      trigger: { cooldownMs: 24 * HOUR_MS },
    },
  },
  {
    id: 'squeeze',
    draft: {
      condition: 'bbands(20, 2).width < 0.04 and adx(14).adx < 20',
      timeframe: '4h',
      universe: TOP_100,
      indicators: [],
      trigger: { cooldownMs: 24 * HOUR_MS },
    },
  },
];
