import { DEFAULT_TRIGGER, type Timeframe, type Trigger } from '@ubot/contracts';
import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { MINUTE_MS, START_MS } from './builders.testing.ts';
import { decideAlert, INITIAL_ALERT_STATE, type AlertState, type Decision } from './decide.ts';

/**
 * State tables of other alerting systems. Every row of every file is run, or named here with the reason why not; a row of
 * a kind that is neither fails the test.
 */
const read = <T>(name: string, empty: T): T => {
  if (!hasSharedData) return empty;
  const text = sharedData(`alerts/${name}`).toString('utf8');
  return (name.endsWith('.json') ? JSON.parse(text) : parse(text)) as T;
};

interface Tick {
  readonly atMs: number;
  readonly isTrue: boolean;
}

/** What one machine decides over evaluations in their order. */
function decisionsOf(ticks: readonly Tick[], given: { trigger: Partial<Trigger>; timeframe: Timeframe }): Decision[] {
  let state: AlertState = INITIAL_ALERT_STATE;
  const trigger = { ...DEFAULT_TRIGGER, ...given.trigger };
  return ticks.map(({ atMs, isTrue }) => {
    const decision = decideAlert({
      verdict: isTrue ? 'true' : 'false',
      rearmVerdict: null,
      state,
      trigger,
      timeframe: given.timeframe,
      atMs,
      nowMs: atMs,
      stale: false,
      sentToday: 0,
    });
    ({ state } = decision);
    return decision;
  });
}

const sentAt = (ticks: readonly Tick[], trigger: Partial<Trigger>, timeframe: Timeframe): number[] => {
  const decisions = decisionsOf(ticks, { trigger, timeframe });
  return ticks.filter((_, index) => decisions[index]!.send).map(({ atMs }) => atMs);
};

const keysOf = (rows: readonly object[]): string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))].toSorted();

interface StateTable {
  readonly name: string;
  readonly rule: { readonly condition: string; readonly for_s: number; readonly keep_firing_for_s: number };
  readonly step_s: number;
  readonly series: Readonly<Record<string, readonly number[]>>;
  readonly expect: readonly { readonly t_s: number; readonly states: Readonly<Record<string, string>> }[];
}

const TABLE_TIMEFRAME: Readonly<Record<number, Timeframe>> = { 60: '1m', 300: '5m' };

/** Each series' phases by time in seconds, as the table writes them: what is at rest is left out. */
function phasesOf({ rule, step_s, series }: StateTable): Map<number, Record<string, string>> {
  const [, sign, limit] = /^value ([<>]) (\d+)$/.exec(rule.condition)!;
  const phases = new Map<number, Record<string, string>>();
  for (const [name, values] of Object.entries(series)) {
    const ticks = values.map((value, index) => {
      const isTrue = sign === '<' ? value < Number(limit) : value > Number(limit);
      return { atMs: START_MS + index * step_s * 1_000, isTrue };
    });
    const trigger = { for: { ms: rule.for_s * 1_000 } };
    decisionsOf(ticks, { trigger, timeframe: TABLE_TIMEFRAME[step_s]! }).forEach(({ state }, index) => {
      const at = phases.get(index * step_s) ?? {};
      phases.set(index * step_s, at);
      if (state.phase === 'pending' || state.phase === 'firing') at[name] = state.phase;
    });
  }
  return phases;
}

describe.skipIf(!hasSharedData)(`state tables of Prometheus${NO_SHARED_DATA}`, () => {
  const tables = read<StateTable[]>('prometheus-state-tables.json', []);

  it('are of the kinds known here', () => {
    expect(keysOf(tables)).toEqual(['expect', 'name', 'note', 'rule', 'series', 'src', 'step_s']);
    expect(keysOf(tables.map(({ rule }) => rule))).toEqual(['condition', 'for_s', 'keep_firing_for_s']);
    expect(keysOf(tables.flatMap((table) => table.expect))).toEqual(['states', 't_s']);
    for (const { rule, step_s, expect: rows } of tables) {
      expect(rule.condition).toMatch(/^value [<>] \d+$/);
      expect(TABLE_TIMEFRAME).toHaveProperty(String(step_s));
      const states = rows.flatMap((row) => Object.values(row.states));
      expect(states.filter((state) => state !== 'pending' && state !== 'firing')).toEqual([]);
    }
  });

  it.each(tables.filter(({ rule }) => rule.keep_firing_for_s === 0))('$name: the phases are ours', (table) => {
    const phases = phasesOf(table);
    expect(table.expect.map(({ t_s }) => ({ t_s, states: phases.get(t_s) }))).toEqual(table.expect);
  });

  it.each(tables.filter(({ rule }) => rule.keep_firing_for_s > 0))(
    '$name: the phases are ours, but that firing ends at once on purpose: an alert is told once, there is no "resolved" to hold back',
    (table) => {
      const phases = phasesOf(table);
      const differing = table.expect.filter(
        ({ t_s, states }) => JSON.stringify(phases.get(t_s)) !== JSON.stringify(states),
      );
      const clearedAt = [...phases].find(([t_s, states]) => t_s > 0 && Object.keys(states).length === 0)![0];
      expect(differing.map(({ t_s }) => t_s)).toEqual([clearedAt]);
      expect(differing[0]!.states).toEqual({ 0: 'firing' });
      expect(table.rule.keep_firing_for_s).toBe(table.step_s);
    },
  );
});

interface PromtoolTest {
  readonly interval?: string;
  readonly input_series?: readonly { readonly series: string; readonly values: string | number }[];
  readonly promql_expr_test?: readonly {
    readonly expr: string;
    readonly eval_time: string | number;
    readonly exp_samples: unknown;
  }[];
  readonly alert_rule_test?: readonly {
    readonly eval_time: string | number;
    readonly alertname: string;
    readonly exp_alerts: readonly unknown[];
  }[];
}
interface PromtoolRules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert?: string; readonly expr: unknown; readonly for?: string }[];
  }[];
}

describe.skipIf(!hasSharedData)(`rule tests of promtool${NO_SHARED_DATA}`, () => {
  const suites = ['unittest.yml', 'start-time-test.yml'].map((name) =>
    read<{ tests: PromtoolTest[] }>(`promtool/${name}`, { tests: [] }),
  );
  const tests = suites.flatMap((suite) => suite.tests);
  const rules = read<PromtoolRules>('promtool/rules.yml', { groups: [] }).groups.flatMap((group) => group.rules);
  const alerts = rules.filter(({ alert }) => alert !== undefined);
  const DURATION_MS: Readonly<Record<string, number>> = {
    0: 0,
    '4m': 4 * MINUTE_MS,
    '5m': 5 * MINUTE_MS,
    '1d': 1_440 * MINUTE_MS,
  };
  /** Of the two conditions of the file, on its one input: `up` is 0 for a day. */
  const HOLDS: Readonly<Record<string, boolean>> = { 'up == 0': true, 1: true };

  function phaseAt(alertname: string, atMs: number): AlertState['phase'] {
    const rule = alerts.find(({ alert }) => alert === alertname)!;
    const isTrue = HOLDS[String(rule.expr)]!;
    const ticks = Array.from({ length: atMs / MINUTE_MS + 1 }, (_, i) => ({ atMs: START_MS + i * MINUTE_MS, isTrue }));
    const hold = rule.for === undefined ? null : { ms: DURATION_MS[rule.for]! };
    return decisionsOf(ticks, { trigger: { for: hold }, timeframe: '1m' }).at(-1)!.state.phase;
  }

  /** The parts of a test that say nothing of alerts, and why they are not run. */
  const NOT_RUN: readonly { readonly kind: RegExp; readonly because: string }[] = [
    {
      kind: /^(timestamp\()?test_(full|missing|stale)/,
      because: 'how long a PromQL selector looks back; here a gap is a gap',
    },
    { kind: /^test_(repeat|increase)$/, because: 'the notation of the test file for its input' },
    { kind: /^test_histogram/, because: 'native histograms' },
    { kind: /^test$/, because: 'an input of one sample' },
    {
      kind: /fixed_data|job:test:count_over_time1m/,
      because: 'recording rules; here named indicators are computed in place',
    },
    { kind: /^time\(\)$|^(timestamp\()?my_metric/, because: 'the clock of the test file' },
  ];

  it('are alert rules, which are run, or expressions of PromQL, which is another language', () => {
    expect(keysOf(tests)).toEqual(
      ['alert_rule_test', 'input_series', 'interval', 'name', 'promql_expr_test', 'start_timestamp'].toSorted(),
    );
    const expressions = tests.flatMap((test) => test.promql_expr_test ?? []).map(({ expr }) => expr);
    const unknown = expressions.filter(
      (expr) => !expr.includes('ALERTS') && !NOT_RUN.some(({ kind }) => kind.test(expr)),
    );
    expect(unknown).toEqual([]);
    for (const { kind } of NOT_RUN) expect(expressions.some((expr) => kind.test(expr))).toBe(true);
    expect(keysOf(alerts)).toEqual(['alert', 'annotations', 'expr', 'for', 'labels']);
    for (const { expr } of alerts) expect(HOLDS).toHaveProperty([String(expr)]);
  });

  const rows = tests.flatMap((test) => test.alert_rule_test ?? []);
  it.each(rows)('$alertname at $eval_time fires or does not', ({ alertname, eval_time, exp_alerts }) => {
    expect(phaseAt(alertname, DURATION_MS[eval_time]!) === 'firing').toBe(exp_alerts.length > 0);
  });

  const states = tests
    .flatMap((test) => test.promql_expr_test ?? [])
    .filter(({ expr }) => expr.includes('ALERTS'))
    .flatMap(({ eval_time, exp_samples }) =>
      (exp_samples as { labels: string }[]).map(({ labels }) => {
        const [, alertname = '', phase = ''] = /alertname="(\w+)",alertstate="(\w+)"/.exec(labels) ?? [];
        return { alertname, eval_time, phase };
      }),
    );
  it.each(states)('$alertname is $phase at $eval_time', ({ alertname, eval_time, phase }) => {
    expect(phaseAt(alertname, DURATION_MS[eval_time]!)).toBe(phase);
  });

  it('has rows of both', () => {
    expect([rows.length, states.length]).toEqual([4, 2]);
  });
});

/** Ticks a minute apart from the start of a bar of five minutes. */
const BAR_MS = 5 * MINUTE_MS;
const ticksOf = (truths: readonly boolean[]): Tick[] =>
  truths.map((isTrue, index) => ({ atMs: START_MS + index * MINUTE_MS, isTrue }));
const barOf = ({ atMs }: Tick): number => Math.floor((atMs - START_MS) / BAR_MS);
const truths = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 });

describe.skipIf(!hasSharedData)(`alert frequencies of TradingView${NO_SHARED_DATA}`, () => {
  const { frequencies } = read<{ frequencies: Record<string, string> }>('tradingview-frequency-semantics.json', {
    frequencies: {},
  });

  it('are these four', () => {
    expect(Object.keys(frequencies)).toEqual([
      'only_once',
      'once_per_bar',
      'once_per_bar_close',
      'once_per_minute (every time)',
    ]);
  });

  it('only once: fires once', () => {
    fc.assert(
      fc.property(truths.map(ticksOf), (ticks) => {
        const first = ticks.filter(({ isTrue }) => isTrue).slice(0, 1);
        expect(sentAt(ticks, { on: 'snapshot', fires: 'once' }, '5m')).toEqual(first.map(({ atMs }) => atMs));
      }),
    );
  });

  it('once per bar close: candle_close with while_true', () => {
    fc.assert(
      fc.property(truths, (closes) => {
        const bars = closes.map((isTrue, bar) => ({ atMs: START_MS + (bar + 1) * BAR_MS, isTrue }));
        const expected = bars.filter(({ isTrue }) => isTrue).map(({ atMs }) => atMs);
        expect(sentAt(bars, { on: 'candle_close', fires: 'while_true' }, '5m')).toEqual(expected);
      }),
    );
  });

  it('every time, each minute: snapshot with while_true', () => {
    fc.assert(
      fc.property(truths.map(ticksOf), (ticks) => {
        const expected = ticks.filter(({ isTrue }) => isTrue).map(({ atMs }) => atMs);
        expect(sentAt(ticks, { on: 'snapshot', fires: 'while_true' }, '5m')).toEqual(expected);
      }),
    );
  });

  const oncePerBar = (ticks: readonly Tick[]): number[] => {
    const trueTicks = ticks.filter(({ isTrue }) => isTrue);
    return trueTicks
      .filter((tick, index) => index === 0 || barOf(trueTicks[index - 1]!) !== barOf(tick))
      .map(({ atMs }) => atMs);
  };
  const ours = { on: 'snapshot', fires: 'while_true', cooldownMs: BAR_MS } as const;

  it('once per bar: a cooldown of one bar sends at most one in a bar, and the same first one', () => {
    fc.assert(
      fc.property(truths.map(ticksOf), (ticks) => {
        const sent = sentAt(ticks, ours, '5m');
        expect(new Set(sent.map((atMs) => barOf({ atMs, isTrue: true }))).size).toBe(sent.length);
        expect(sent[0]).toBe(oncePerBar(ticks)[0]);
        expect(sent.length).toBeLessThanOrEqual(oncePerBar(ticks).length);
      }),
    );
  });

  it('once per bar: differs on purpose where a bar ends true and the next begins true, for a cooldown counts from the alert, not from the bar', () => {
    const ticks = ticksOf([false, false, false, false, true, true, false, false, false, true]);
    const minute = (n: number) => START_MS + n * MINUTE_MS;
    expect(oncePerBar(ticks)).toEqual([minute(4), minute(5)]);
    expect(sentAt(ticks, ours, '5m')).toEqual([minute(4), minute(9)]);
  });
});

describe.skipIf(!hasSharedData)(`timelines of Alertmanager${NO_SHARED_DATA}`, () => {
  const timelines = read<{ name: string; config: object; want: { alerts: { until?: number }[] }[] }[]>(
    'alertmanager-timelines.json',
    [],
  );
  /** None is about the machine; what each is about, and what uBot has for it. */
  const NOT_RUN_HERE: Readonly<Record<string, string>> = {
    'repeat then resolve (TestRepeat)':
      'uBot repeats with while_true and a cooldown, and tells no "resolved": nothing to run',
    'batching (TestBatching)':
      'a stage of the notifier gathers alerts into one message, and only new ones: no repeat of old ones',
    'resolve by timeout (TestResolved)': 'an alert is an event: it has no end, so none can time out',
  };

  it('are named here, each with the reason why the machine does not run it', () => {
    expect(timelines.map(({ name }) => name)).toEqual(Object.keys(NOT_RUN_HERE));
    expect(keysOf(timelines.map(({ config }) => config))).toEqual([
      'group_by',
      'group_interval_s',
      'group_wait_s',
      'repeat_interval_s',
      'resolve_timeout_s',
    ]);
  });

  it('repeats come from while_true with a cooldown: every evaluation while it is true, and none after', () => {
    // As TestRepeat: true at 2 s and 3 s, resolved before the third; the repeat interval is shorter than the group's.
    const seconds = (n: number) => START_MS + n * 1_000;
    const ticks = [1, 2, 3, 4, 5].map((n) => ({ atMs: seconds(n), isTrue: n === 2 || n === 3 }));
    expect(sentAt(ticks, { on: 'snapshot', fires: 'while_true', cooldownMs: 1 }, '1m')).toEqual([
      seconds(2),
      seconds(3),
    ]);
  });
});
