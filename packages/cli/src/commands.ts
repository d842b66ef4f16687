import { UbotError, type Result } from '@ubot/contracts';
import { CANDLES_HELP, candlesCommand, type TableOutput } from './candles.ts';
import { checkCommand } from './check.ts';
import { CANDLE_FILE_HELP } from './candlesHelp.ts';
import type { Command, CommandIo } from './command.ts';
import { doctorCommand } from './doctor/command.ts';
import { EVAL_HELP, evalCommand } from './eval.ts';
import { INDICATOR_HELP, indicatorCommand } from './indicator.ts';
import { applyCommand } from './remote/apply.ts';
import { exportCommand } from './remote/export.ts';
import { replayCommand } from './replayCommand.ts';

/** A command whose whole output is one table. */
function tableCommand(
  texts: { name: string; about: string; help: string },
  run: (args: readonly string[]) => Promise<Result<TableOutput>>,
): Command {
  return {
    ...texts,
    async run(args, io) {
      const result = await run(args);
      if (!result.ok) throw new UbotError(result.failure.code, result.failure.detail);
      for (const line of result.value.notes) io.note(line);
      io.out(result.value.csv);
      return 0;
    },
  };
}

/** Every command of `ubot`, in the order of its help. */
export const COMMANDS: readonly Command[] = [
  doctorCommand,
  tableCommand(
    { name: 'candles', about: 'fold a candle file to a longer timeframe', help: CANDLES_HELP },
    candlesCommand,
  ),
  tableCommand({ name: 'indicator', about: 'indicators over a candle file', help: INDICATOR_HELP }, indicatorCommand),
  tableCommand({ name: 'eval', about: 'conditions over a candle file', help: EVAL_HELP }, evalCommand),
  checkCommand,
  applyCommand,
  exportCommand,
  replayCommand,
];

const USAGE_MISTAKE = 1;

/**
 * Runs one command line (without `node ubot`) and gives its exit code.
 *
 * Edges: no command or `--help` prints the list; `NAME --help` prints how NAME is used. An expected failure is one line
 *        on stderr, "CODE: what is wrong", and exit code 1.
 */
export async function runCommandLine(args: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(overview());
    return 0;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) {
    io.note(`There is no command ${name}. Try ubot --help.`);
    return USAGE_MISTAKE;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(`${command.help}\n`);
    return 0;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    if (!(error instanceof UbotError)) throw error;
    io.note(`${error.code}: ${error.message}`);
    return 1;
  }
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
  return `ubot COMMAND …\n\n${lines.join('\n')}\n\nubot COMMAND --help says how each is used.\n\n${CANDLE_FILE_HELP}\n`;
}
