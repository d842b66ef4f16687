import { UbotError } from '@ubot/contracts';
import type { Env } from '@ubot/service-kit';
import type { Command, CommandIo } from '../command.ts';
import { createApi } from './api.ts';
import { writeStrategyFile } from './strategyFile.ts';

const HELP = `ubot export [--set NAME]
  Prints your strategies as a YAML file that ubot apply takes and finds unchanged. Without --set: those made by hand and
  those of the default set.

  UBOT_URL says where uBot is (http://localhost:3000 unless set); UBOT_TOKEN is a personal token of yours.`;

/** Errors: VALIDATION_FAILED for the command line, and what the API answers. */
export async function runExport(args: readonly string[], given: { env: Env; io: CommandIo }): Promise<number> {
  const [option, set, ...more] = args;
  if (args.length > 0 && (option !== '--set' || set === undefined || more.length > 0)) {
    throw new UbotError('VALIDATION_FAILED', 'ubot export takes --set NAME, or nothing.');
  }
  const query = set === undefined ? {} : { set };
  const file = await createApi(given.env).call('GET /api/v1/strategies/export', { query });
  given.io.out(writeStrategyFile(file));
  return 0;
}

/** `ubot export`: the other way round of `ubot apply`. */
export const exportCommand: Command = {
  name: 'export',
  about: 'your strategies as a file',
  help: HELP,
  run: (args, io) => runExport(args, { env: process.env, io }),
};
