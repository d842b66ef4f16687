import { readFile } from 'node:fs/promises';
import { TIMEFRAMES, UbotError, type Diagnostic, type Timeframe, type Trigger } from '@ubot/contracts';
import { checkCondition, FILE_SOURCE, LIVE_SOURCE, type SourceSeries } from '@ubot/strategy';
import type { Command, CommandIo } from './command.ts';

const SOURCES: Readonly<Record<string, SourceSeries | null>> = { live: LIVE_SOURCE, file: FILE_SOURCE, any: null };
const MODES: readonly Trigger['on'][] = ['candle_close', 'snapshot'];

const HELP = `ubot check [--timeframe ${TIMEFRAMES.join('|')}] [--on candle_close|snapshot] [--source live|file|any] "CONDITION" …
ubot check [the same options] --file FILE.json
  Says what is wrong with conditions and what to beware of, as POST /api/v1/strategies/check and the dashboard do. With
  --file, FILE holds a JSON array of conditions, and a JSON array of the same length comes out, one entry each:
  {"ok", "diagnostics": [{"code", "severity", "from", "to", "message", "hint"}], "ms"}. The timeframe is 1h unless given;
  --source says what the condition will be asked of (live prices unless given). Of coins only the best known are known by
  their slugs here: coin("bitcoin"); every other one is named by its id.
  The exit code is 0 when every condition can be saved, else 1.`;

interface Options {
  readonly timeframe: Timeframe;
  readonly on: Trigger['on'];
  readonly source: SourceSeries | null;
  readonly file: string | null;
  readonly conditions: readonly string[];
}

interface Checked {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly ms: number;
}

function chosen<Value extends string>(name: string, given: string | undefined, allowed: readonly Value[]): Value {
  const value = allowed.find((each) => each === given);
  if (value === undefined) {
    throw new UbotError('VALIDATION_FAILED', `${name} must be one of ${allowed.join(', ')}.`);
  }
  return value;
}

function readOptions(args: readonly string[]): Options {
  let options: Options = { timeframe: '1h', on: 'candle_close', source: LIVE_SOURCE, file: null, conditions: [] };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const value = args[i + 1];
    if (arg === '--timeframe') options = { ...options, timeframe: chosen(arg, value, TIMEFRAMES) };
    else if (arg === '--on') options = { ...options, on: chosen(arg, value, MODES) };
    else if (arg === '--source') options = { ...options, source: SOURCES[chosen(arg, value, Object.keys(SOURCES))]! };
    else if (arg === '--file') options = { ...options, file: value ?? '' };
    else if (arg.startsWith('--')) throw new UbotError('VALIDATION_FAILED', `There is no option ${arg}.`);
    else {
      options = { ...options, conditions: [...options.conditions, arg] };
      continue;
    }
    i++;
  }
  const isEmpty = options.file === null && options.conditions.length === 0;
  if (isEmpty) throw new UbotError('VALIDATION_FAILED', 'No condition is given.');
  if (options.file !== null && options.conditions.length > 0) {
    throw new UbotError('VALIDATION_FAILED', 'Conditions stand in the file or on the command line, not in both.');
  }
  return options;
}

async function readConditions(file: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new UbotError('VALIDATION_FAILED', `${file} cannot be read.`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UbotError('VALIDATION_FAILED', `${file} is not JSON.`);
  }
  if (!Array.isArray(parsed)) throw new UbotError('VALIDATION_FAILED', `${file} does not hold a JSON array.`);
  return parsed.map((each: unknown, i) => {
    if (typeof each !== 'string') throw new UbotError('VALIDATION_FAILED', `Entry ${i} of ${file} is not a text.`);
    return each;
  });
}

function check(text: string, { timeframe, on, source }: Options): Checked {
  const startedMs = performance.now();
  const { ok, diagnostics } = checkCondition({ text, timeframe, on, source });
  return { ok, diagnostics, ms: Number((performance.now() - startedMs).toFixed(3)) };
}

function show(text: string, { ok, diagnostics }: Checked, io: CommandIo): void {
  io.out(`${ok ? 'ok      ' : 'mistakes'}  ${text.replaceAll('\n', ' ')}\n`);
  for (const { code, severity, from, to, message, hint } of diagnostics) {
    io.out(`  ${severity} ${code} at ${from}-${to}: ${message}${hint === null ? '' : ` ${hint}`}\n`);
  }
}

/** `ubot check`: the diagnostics of conditions. Errors: VALIDATION_FAILED for the command line and the file. */
export const checkCommand: Command = {
  name: 'check',
  about: 'what is wrong with conditions, and what to beware of',
  help: HELP,
  async run(args, io) {
    const options = readOptions(args);
    const texts = options.file === null ? options.conditions : await readConditions(options.file);
    const checked = texts.map((text) => check(text, options));
    if (options.file !== null) io.out(`${JSON.stringify(checked, null, 2)}\n`);
    else checked.forEach((each, i) => show(texts[i]!, each, io));
    return checked.every(({ ok }) => ok) ? 0 : 1;
  },
};
