import { UbotError } from '@ubot/contracts';
import { readConfig, type Env } from '@ubot/service-kit';
import type { Command, CommandIo } from '../command.ts';
import {
  checkDatabase,
  checkDataDir,
  checkNode,
  checkPort,
  checkSource,
  checkTwilio,
  isRunning,
  type Finding,
} from './checks.ts';
import { DOCTOR_CONFIG, environment, settingsMistake, type DoctorConfig } from './settings.ts';

const WORDS = { ok: 'ok     ', note: 'note   ', problem: 'PROBLEM' } as const;

const HELP = `ubot doctor takes no arguments.

Tries out whether uBot can run here with the settings of the environment and .env: Node, settings, data directory,
port, database, source of prices, Twilio. One line each; exit code 1 when something is a problem.`;

function readSettings(env: Env): DoctorConfig | null {
  try {
    return readConfig(DOCTOR_CONFIG, env);
  } catch (error) {
    if (error instanceof UbotError) return null;
    throw error;
  }
}

/** Runs every check that the settings allow, telling each finding as it comes. Gives the exit code. */
export async function runDoctor(options: { env: Env; folder: string; io: CommandIo }): Promise<number> {
  let problems = 0;
  const tell = ({ level, text }: Finding): void => {
    if (level === 'problem') problems += 1;
    options.io.out(`${WORDS[level]}  ${text}\n`);
  };
  const env = environment(options.env, options.folder);

  tell(checkNode(process.versions.node));
  const mistake = await settingsMistake(options.env);
  tell(mistake === null ? { level: 'ok', text: 'every setting can be used' } : { level: 'problem', text: mistake });
  const config = readSettings(env);
  if (config !== null) {
    const running = await isRunning(config);
    tell(await checkDataDir(config));
    tell(await checkPort(config, running));
    tell(await checkDatabase(config, running));
    tell(await checkSource(config));
    tell(checkTwilio(config));
  }
  options.io.out(problems === 0 ? '\nuBot can run here.\n' : `\n${problems} to mend.\n`);
  return problems === 0 ? 0 : 1;
}

export const doctorCommand: Command = {
  name: 'doctor',
  about: 'check the set-up',
  help: HELP,
  run: (_args, io) => runDoctor({ env: process.env, folder: process.cwd(), io }),
};
