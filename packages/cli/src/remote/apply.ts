import { readFile } from 'node:fs/promises';
import { UbotError, type ApplyAnswer } from '@ubot/contracts';
import type { Env } from '@ubot/service-kit';
import type { Command, CommandIo } from '../command.ts';
import { createApi, Refused } from './api.ts';
import { readStrategyFile } from './strategyFile.ts';

const HELP = `ubot apply FILE [--dry-run] [--prune]
  Makes your strategies what FILE says, all of it or nothing, and tells what changed. The same file again changes nothing.

  FILE is YAML (or JSON): "strategies", each with the fields of POST /api/v1/strategies; channels by name under
  "channels". An entry is known again by its "id", or without one by its name. "set" names the file: files of different
  sets leave each other's strategies alone. See examples/strategies.

  --dry-run  tell the differences and do nothing
  --prune    delete what this set has applied before and FILE does not name any more

  UBOT_URL says where uBot is (http://localhost:3000 unless set); UBOT_TOKEN is a personal token of yours.`;

interface Options {
  readonly path: string;
  readonly dryRun: boolean;
  readonly prune: boolean;
}

function readOptions(args: readonly string[]): Options {
  const known = ['--dry-run', '--prune'];
  const unknown = args.find((arg) => arg.startsWith('--') && !known.includes(arg));
  if (unknown !== undefined) throw new UbotError('VALIDATION_FAILED', `There is no option ${unknown}.`);
  const [path, ...more] = args.filter((arg) => !arg.startsWith('--'));
  if (path === undefined) throw new UbotError('VALIDATION_FAILED', 'No file is given.');
  if (more.length > 0) throw new UbotError('VALIDATION_FAILED', 'One file at a time.');
  return { path, dryRun: args.includes('--dry-run'), prune: args.includes('--prune') };
}

/** Errors: throws UbotError with "FILE:LINE:COLUMN: what is wrong" for every mistake that has a place in the file. */
export async function runApply(args: readonly string[], given: { env: Env; io: CommandIo }): Promise<number> {
  const { path, dryRun, prune } = readOptions(args);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UbotError('VALIDATION_FAILED', `${path} cannot be read.`);
  });
  const { file, placeOf } = readStrategyFile(path, text);
  try {
    const body = { ...file, dryRun, prune };
    show(await createApi(given.env).call('POST /api/v1/strategies/apply', { body }), given.io);
    return 0;
  } catch (error) {
    if (!(error instanceof Refused) || error.places.length === 0) throw error;
    const lines = error.places.map((place) => `${path}:${placeOf(place.path)}: ${place.message}`);
    throw new UbotError(error.code, lines.join('\n'));
  }
}

const ORDER = ['create', 'change', 'delete', 'unchanged'] as const;

function show({ dryRun, changes }: ApplyAnswer, io: CommandIo): void {
  for (const { action, name, fields } of changes) {
    io.out(`${action.padEnd(9)}  ${name}\n`);
    for (const { field, before, after } of fields) {
      io.out(`             ${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}\n`);
    }
  }
  const count = (wanted: string) => changes.filter(({ action }) => action === wanted).length;
  const summary = ORDER.map((action) => `${action} ${count(action)}`).join(', ');
  io.out(`${summary}${dryRun ? ' (dry run: nothing was done)' : ''}\n`);
}

/** `ubot apply`: alerts as code. */
export const applyCommand: Command = {
  name: 'apply',
  about: 'make your strategies what a file says',
  help: HELP,
  run: (args, io) => runApply(args, { env: process.env, io }),
};
