import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addTestUser, createTestDatabase, waitFor } from '@ubot/testing';
import { percentile, type Bench } from './lib/bench.ts';
import { freePort } from './lib/freePort.ts';

const ROOT = join(import.meta.dirname, '..');
const USERS = 200;
const STRATEGIES_EACH = 10;
const MEASURE_MS = 8_000;
const SIGN_INS_AT_ONCE = 8;
const OPERATOR = 'operator-token-of-the-bench';
const PASSWORD = 'correct horse battery';

interface Call {
  port: number;
  path: string;
  token?: string;
  body?: unknown;
}
const agent = new Agent({ keepAlive: true, maxSockets: USERS + SIGN_INS_AT_ONCE });

function call({ port, path, token, body }: Call): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const sent = request(
      { port, host: '127.0.0.1', path: `/api/v1${path}`, method: body === undefined ? 'GET' : 'POST', headers, agent },
      (answer) => {
        // prettier-ignore
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Asks again and again until the time is over; how long each answer took, in milliseconds. */
async function timesOf(asked: Call, untilMs: number): Promise<number[]> {
  const times: number[] = [];
  while (performance.now() < untilMs) {
    const startedMs = performance.now();
    const { status, text } = await call(asked);
    if (status !== 200) throw new Error(`${asked.path} answered ${status}: ${text}`);
    times.push(performance.now() - startedMs);
  }
  return times;
}

export const bench: Bench = {
  name: 'accounts',
  about:
    'the strategies of 200 users who ask at once, alone and while others sign in, in one process as npm start runs it',
  async run({ log }) {
    const [database, port, dataDir] = [
      await createTestDatabase(),
      await freePort(),
      await mkdtemp(join(tmpdir(), 'ubot-bench-')),
    ];
    const env = {
      ...process.env,
      DATABASE_URL: database.url,
      UBOT_DATA_DIR: dataDir,
      UBOT_PORT: String(port),
      UBOT_SOURCE: 'demo',
      UBOT_OPERATOR_TOKEN: OPERATOR,
      UBOT_REQUESTS_PER_MINUTE: '1000000',
    };
    const ubot = spawn(process.execPath, [join(ROOT, 'services/all-in-one/dist/main.js')], {
      env,
      stdio: 'ignore',
      cwd: ROOT,
    });
    try {
      await waitFor(() => call({ port, path: '/openapi.json' }).then(({ status }) => status === 200 || undefined, () => undefined), { what: 'uBot', deadlineMs: 60_000 }); // prettier-ignore
      const tokens: string[] = [];
      for (let i = 0; i < USERS; i += 1) tokens.push((await addTestUser(database.url)).token);
      const strategy = { name: 'A', universe: { kind: 'top', count: 100 }, timeframe: '1h', condition: 'rsi(14) < 30' };
      for (let i = 0; i < STRATEGIES_EACH; i += 1) {
        await Promise.all(
          tokens.map((token) => call({ port, path: '/strategies', token, body: { ...strategy, name: `A ${i}` } })),
        );
      }
      const people: { email: string; password: string }[] = [];
      for (let i = 0; i < SIGN_INS_AT_ONCE; i += 1) {
        const person = { email: `person${i}@example.org`, password: PASSWORD };
        const invited = await call({
          port,
          path: '/admin/invitations',
          token: OPERATOR,
          body: { email: person.email },
        });
        const invitation = /#invitation=([\w-]+)/.exec(invited.text)?.[1];
        await call({ port, path: '/auth/sign-up', body: { ...person, invitation } });
        people.push(person);
      }

      const lists = async () => {
        const untilMs = performance.now() + MEASURE_MS;
        return (
          await Promise.all(tokens.map((token) => timesOf({ port, path: '/strategies', token }, untilMs)))
        ).flat();
      };
      await lists();
      const alone = await lists();
      const untilMs = performance.now() + MEASURE_MS;
      const signIns = people.map((body) => timesOf({ port, path: '/auth/sign-in', body }, untilMs));
      const busy = await lists();
      const signed = (await Promise.all(signIns)).flat().length;
      const [before, during] = [percentile(alone, 99), percentile(busy, 99)];
      log(`${alone.length} lists in ${MEASURE_MS} ms, p50 ${percentile(alone, 50).toFixed(0)} ms, p99 ${before.toFixed(0)} ms; with ${signed} sign-ins ${busy.length}, p99 ${during.toFixed(0)} ms`); // prettier-ignore
      const perSecond = (count: number) => count / (MEASURE_MS / 1_000);
      return {
        name: 'accounts',
        figures: [
          { label: 'own strategies, 200 users at once, p99', value: before, unit: 'ms', goal: 'none', ok: true },
          {
            label: 'own strategies, lists a second',
            value: perSecond(alone.length),
            unit: '/s',
            goal: 'none',
            ok: true,
          },
          { label: 'sign-ins a second meanwhile', value: perSecond(signed), unit: '/s', goal: 'none', ok: true },
          { label: 'p99 while eight sign in without a pause, against alone', value: during / before, unit: '×', goal: '≤ 3', ok: during / before <= 3 }, // prettier-ignore
        ],
      };
    } finally {
      agent.destroy();
      if (ubot.exitCode === null) {
        const gone = once(ubot, 'exit');
        ubot.kill('SIGTERM');
        await gone;
      }
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};
