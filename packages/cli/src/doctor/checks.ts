import { access, constants, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { UbotError } from '@ubot/contracts';
import { createDatabase } from '@ubot/db';
import { startEmbeddedPostgres } from '@ubot/embedded-postgres';
import { createSource } from '@ubot/sources';
import type { DoctorConfig } from './settings.ts';

/** What a check found. `problem`: uBot would not work so; `note`: it works, and this is worth knowing. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'problem';
  readonly text: string;
}

const ok = (text: string): Finding => ({ level: 'ok', text });
const note = (text: string): Finding => ({ level: 'note', text });
const problem = (text: string): Finding => ({ level: 'problem', text });

const NODE_AT_LEAST = [20, 19] as const;
const POSTGRES_AT_LEAST = 150_000;
const ANSWER_LIMIT_MS = 3_000;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > NODE_AT_LEAST[0] || (major === NODE_AT_LEAST[0] && minor >= NODE_AT_LEAST[1]);
  return enough
    ? ok(`Node ${version}`)
    : problem(`Node ${version} is too old: install ${NODE_AT_LEAST.join('.')} or newer.`);
}

export async function checkDataDir({ UBOT_DATA_DIR }: DoctorConfig): Promise<Finding> {
  const path = resolve(UBOT_DATA_DIR);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.W_OK | constants.X_OK);
    return ok(`${path} can be written to`);
  } catch {
    return problem(`${path} cannot be written to: set UBOT_DATA_DIR to a folder of yours.`);
  }
}

function canListen(host: string, port: number): Promise<string | null> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => done(null)));
  });
}

/** Whether uBot itself answers there. */
export async function isRunning({ UBOT_PORT }: DoctorConfig): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${UBOT_PORT}/health`, {
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    return (await answer.text()).includes('"gateway"');
  } catch {
    return false;
  }
}

export async function checkPort(config: DoctorConfig, running: boolean): Promise<Finding> {
  const { UBOT_HOST, UBOT_PORT } = config;
  if (running) return note(`uBot is running on port ${UBOT_PORT}`);
  const reason = await canListen(UBOT_HOST, UBOT_PORT);
  return reason === null
    ? ok(`port ${UBOT_PORT} on ${UBOT_HOST} is free`)
    : problem(`port ${UBOT_PORT} on ${UBOT_HOST} cannot be used (${reason}): set UBOT_PORT to another.`);
}

async function serverVersion(connectionString: string): Promise<{ number: number; text: string }> {
  const db = createDatabase({ connectionString, applicationName: 'ubot-doctor', poolSize: 1 });
  try {
    const [row] = await db.query<{ number: string; text: string }>(
      `select current_setting('server_version_num') as number, current_setting('server_version') as text`,
    );
    return { number: Number(row?.number), text: row?.text ?? '' };
  } finally {
    await db.close();
  }
}

export async function checkDatabase(config: DoctorConfig, running: boolean): Promise<Finding> {
  const { DATABASE_URL, UBOT_DATA_DIR } = config;
  if (DATABASE_URL !== undefined) {
    try {
      const { number, text } = await serverVersion(DATABASE_URL);
      if (number >= POSTGRES_AT_LEAST) return ok(`PostgreSQL ${text} answers at DATABASE_URL`);
      return problem(`PostgreSQL ${text} at DATABASE_URL is too old: uBot needs 15 or newer.`);
    } catch {
      return problem('PostgreSQL at DATABASE_URL does not answer: check address, user, password and database.');
    }
  }
  if (running) return ok('the embedded PostgreSQL belongs to the uBot that is running');
  try {
    const server = await startEmbeddedPostgres({ dataDir: resolve(UBOT_DATA_DIR) });
    const { text } = await serverVersion(server.connectionString()).finally(() => server.stop());
    return ok(`the embedded PostgreSQL ${text} starts and stops`);
  } catch (error) {
    return problem(
      error instanceof UbotError ? error.message : 'the embedded PostgreSQL does not start: set DATABASE_URL.',
    );
  }
}

export async function checkSource(config: DoctorConfig): Promise<Finding> {
  const { UBOT_SOURCE: setting, UBOT_MODULES_FILE: modules } = config;
  const module = modules?.source?.name ?? null;
  // Somebody else's code is run by the service that it is for, in its thread and within its limits.
  if (module !== null && setting !== 'coinmarketcap' && setting !== 'demo') {
    return note(`prices come from the module "${module}", which is tried when uBot starts`);
  }
  if (setting === 'module') {
    return problem('UBOT_SOURCE asks for a module, but UBOT_MODULES_FILE names no source.');
  }
  const made = await createSource({
    setting,
    cmc: { apiKey: config.CMC_API_KEY ?? null, baseUrl: config.CMC_BASE_URL, coins: config.CMC_COINS },
    nowMs: Date.now,
    random: Math.random,
    log: () => undefined,
  });
  if (!made.ok) return problem(made.failure.detail);
  const source = made.value;
  try {
    const schedule = await source.schedule();
    if (!schedule.ok) return problem(`${source.label}: ${schedule.failure.detail}`);
    const { sentence } = schedule.value;
    if (!source.demo) return ok(`${source.label}: ${sentence}`);
    const why =
      config.UBOT_SOURCE === 'demo'
        ? 'UBOT_SOURCE asks for it'
        : 'CoinMarketCap does not answer without a key: set CMC_API_KEY';
    return note(`prices would be simulated, because ${why}`);
  } finally {
    await source.close();
  }
}

export function checkTwilio(config: DoctorConfig): Finding {
  const { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token, UBOT_PUBLIC_URL: publicUrl } = config;
  const sender = config.TWILIO_FROM ?? config.TWILIO_MESSAGING_SERVICE_SID;
  if (sid === undefined && token === undefined && sender === undefined) {
    return note('Twilio is not set up: alerts can go to webhooks and the log');
  }
  const missing = [
    ...(sid === undefined ? ['TWILIO_ACCOUNT_SID'] : []),
    ...(token === undefined ? ['TWILIO_AUTH_TOKEN'] : []),
    ...(sender === undefined ? ['TWILIO_FROM'] : []),
  ];
  if (missing.length > 0) return problem(`SMS would not go out: ${missing.join(' and ')} must be set too.`);
  if (publicUrl === undefined) return note('SMS go out; set UBOT_PUBLIC_URL so that Twilio can report deliveries');
  return ok(`SMS go out, deliveries are reported to ${publicUrl}`);
}
