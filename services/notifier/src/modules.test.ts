import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelKinds, ChannelTarget } from '@ubot/contracts';
import { createInternalTokens, createLogger } from '@ubot/service-kit';
import { createTestDatabase, waitFor, type TestDatabase } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildNotifier, type Notifier } from './app.ts';
import { readNotifierConfig } from './config.ts';
import { createWorld, SECRET, type World } from './world.testing.ts';

// Modules as somebody else would bring them: outside the repository, in worker threads, through the real notifier.

const EXAMPLE = join(import.meta.dirname, '../../../examples/channel-driver');
const TOKEN = 'A0123456789abcd';
const GOTIFY = { name: 'gotify', module: 'ubot-channel-gotify' };

let database: TestDatabase;
let world: World;
let folder: string;
let server: Server;
let received: { key: string; body: { title: string; message: string } }[];
/** What Gotify answers, once each; then 200. null: nothing at all. */
let script: (number | null)[];
let running: Notifier[];
let logText: string;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.url);
  folder = mkdtempSync(join(tmpdir(), 'ubot-modules-'));
  cpSync(EXAMPLE, join(folder, 'node_modules', 'ubot-channel-gotify'), { recursive: true });
  received = [];
  script = [];
  running = [];
  logText = '';
  server = createServer(async (request, reply) => {
    const body = JSON.parse(await textOf(request));
    received.push({ key: String(request.headers['x-gotify-key']), body });
    const status = script.length === 0 ? 200 : script.shift();
    if (status === null || status === undefined) return;
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ id: received.length }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await Promise.all(running.map((notifier) => notifier.close()));
  server.closeAllConnections();
  server.close();
  await world.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const gotify = (changes: object = {}) => ({
  ...GOTIFY,
  options: { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
  ...changes,
});

/** A module of one file, of which only `process` matters. */
function written(name: string, body: string, changes: object = {}) {
  const config = `config: () => ({ label: '${name}', address: { about: 'anything' } })`;
  writeFileSync(join(folder, `${name}.mjs`), `export default { ${config}, async process(item, context) { ${body} } };`);
  return { name, module: `./${name}.mjs`, ...changes };
}

async function start(channels: readonly object[], graceMs = 10_000): Promise<string> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'modules.json'), JSON.stringify({ channels }));
  const config = readNotifierConfig({
    DATABASE_URL: database.url,
    UBOT_INTERNAL_SECRET: SECRET,
    NOTIFIER_PORT: '0',
    UBOT_MODULES_FILE: join(folder, 'modules.json'),
    UBOT_NOTIFIER_GRACE_MS: String(graceMs),
  });
  const destination = { write: (line: string) => void (logText += line) };
  const logger = createLogger({ service: 'notifier', level: 'debug', destination });
  const notifier = buildNotifier(config, { logger, nowMs: Date.now, random: () => 0 });
  running.push(notifier);
  return (await notifier.listen()).url;
}

const to = (module: string, address = TOKEN): ChannelTarget => ({ kind: 'module', module, address });

async function queue(target: ChannelTarget): Promise<string> {
  const channelId = await world.addChannel(target);
  const [id] = (await world.addAlert({ channelIds: [channelId] })).notificationIds;
  return id!;
}

describe('the example, loaded as a package from elsewhere', () => {
  test('sends an alert, which the ledger has as sent', async () => {
    await start([gotify()]);
    const row = await world.inState(await queue(to('gotify')), 'sent');
    expect(row).toMatchObject({ attempts: 1, provider: 'module:gotify', provider_message_id: '1', error_code: null });
    expect(received).toEqual([{ key: TOKEN, body: { title: 'BTC: Dip', message: row.body, priority: 8 } }]);
  });

  test('is told apart by its answers: refused for good, tried again later, of unknown fate', async () => {
    await start([gotify()]);
    script = [401];
    expect(await world.inState(await queue(to('gotify')), 'failed')).toMatchObject({
      error_code: 'CHANNEL_REFUSED',
      error_detail: 'Gotify answered 401.',
    });
    script = [429];
    const later = await queue(to('gotify'));
    await waitFor(async () => (await world.row(later)).error_code !== null, { deadlineMs: 10_000, what: 'an attempt' });
    const { state, error_code, next_attempt_at } = await world.row(later);
    expect({ state, error_code }).toEqual({ state: 'queued', error_code: 'CHANNEL_RATE_LIMITED' });
    expect(next_attempt_at.getTime()).toBeGreaterThan(Date.now() + 20_000);
    script = [500];
    // Another one: the first has been asked to be left alone.
    const unknown = await queue(to('gotify', 'A-another-token'));
    expect(await world.inState(unknown, 'unknown')).toMatchObject({ attempts: 1 });
    expect(received).toHaveLength(3);
  });

  test('is cut off at its time limit, and the message is not sent again blindly', async () => {
    await start([gotify({ timeLimitMs: 2_000 })]);
    script = [null];
    const id = await queue(to('gotify'));
    expect(await world.inState(id, 'unknown')).toMatchObject({ error_code: 'MODULE_TIMED_OUT' });
    await world.inState(await queue(to('gotify')), 'sent');
    expect(await world.row(id)).toMatchObject({ state: 'unknown', attempts: 1 });
    expect(received).toHaveLength(2);
  });

  test('gets no address that does not fit', async () => {
    await start([gotify()]);
    expect(await world.inState(await queue(to('gotify', 'nonsense')), 'failed')).toMatchObject({
      error_code: 'CHANNEL_TARGET_INVALID',
      error_detail: 'The address has to be the token of a Gotify application.',
    });
    expect(received).toEqual([]);
  });

  test('is shown to users with what an address is', async () => {
    const url = await start([gotify()]);
    const tokens = createInternalTokens({ secret: SECRET, nowMs: Date.now });
    const token = await tokens.issue({ kind: 'user', userId: world.userId, role: 'user' });
    const answer = await fetch(`${url}/channel-kinds`, { headers: { authorization: `Bearer ${token}` } });
    const { kinds, modules } = (await answer.json()) as ChannelKinds;
    expect(modules).toEqual([
      {
        name: 'gotify',
        label: 'Gotify',
        address: { about: 'the token of a Gotify application', pattern: '^A[A-Za-z0-9._-]{14}$' },
      },
    ]);
    expect(kinds).toContainEqual({ kind: 'module', configured: true });
    expect(kinds).toContainEqual({ kind: 'sms', configured: false });
  });
});

describe('a module that misbehaves', () => {
  for (const [what, body, code] of [
    ['hangs', 'await new Promise(() => {});', 'MODULE_TIMED_OUT'],
    ['throws', "throw new Error('no idea');", 'INTERNAL'],
    ['exits', 'globalThis.process.exit(1);', 'MODULE_ENDED'],
    ['floods', "for (;;) context.log('again');", 'MODULE_ENDED'],
    ['eats memory', 'const kept = []; for (;;) kept.push({ n: kept.length });', 'MODULE_ENDED'],
    ['answers nonsense', "return { kind: 'perhaps' };", 'MODULE_ANSWER_INVALID'],
  ] as const) {
    test(`and ${what} leaves its message unknown, sent once, and the other driver delivers`, async () => {
      const worst = written('worst', body, { timeLimitMs: what === 'hangs' ? 1_000 : 10_000, memoryMb: 64 });
      await start([worst, gotify()]);
      const id = await queue(to('worst'));
      await world.inState(await queue(to('gotify')), 'sent');
      expect(await world.inState(id, 'unknown')).toMatchObject({
        attempts: 1,
        error_code: code,
        provider: 'module:worst',
      });
      await world.inState(await queue(to('gotify')), 'sent');
      expect((await world.row(id)).attempts).toBe(1);
      expect(logText).not.toContain(SECRET);
    });
  }

  test('but recognises what it has had is given it again', async () => {
    writeFileSync(
      join(folder, 'again.mjs'),
      `let n = 0;
       export default {
         config: () => ({ label: 'Again', address: { about: 'anything' }, repeatable: true }),
         async process() { n += 1; if (n === 1) throw new Error('once'); return { kind: 'accepted' }; },
       };`,
    );
    await start([{ name: 'again', module: './again.mjs' }]);
    expect(await world.inState(await queue(to('again')), 'sent')).toMatchObject({ attempts: 2 });
  });

  test('is asked what became of its message where it can be', async () => {
    writeFileSync(
      join(folder, 'asked.mjs'),
      `export default {
         config: () => ({ label: 'Asked', address: { about: 'anything' } }),
         async process() { throw new Error('after it was taken'); },
         async lookUp({ id, reference, text }) {
           return text.includes(reference) ? { kind: 'found', messageId: 'm-' + id } : { kind: 'absent' };
         },
       };`,
    );
    await start([{ name: 'asked', module: './asked.mjs' }], 300);
    const id = await queue(to('asked'));
    expect(await world.inState(id, 'sent')).toMatchObject({ attempts: 1, provider_message_id: `m-${id}` });
  });
});

describe('what cannot be', () => {
  test('a channel of a module that is not here any more ends with CHANNEL_NOT_CONFIGURED', async () => {
    const id = await queue(to('of-yesterday'));
    await start([gotify()]);
    expect(await world.inState(id, 'failed')).toMatchObject({
      error_code: 'CHANNEL_NOT_CONFIGURED',
      error_detail:
        'The channel module "of-yesterday" is not configured on this uBot; the operator\'s settings for it are missing.',
    });
  });

  test('a module that is missing, misshapen or refuses its options stops the start, naming it', async () => {
    const shapeless = written('shapeless', '');
    writeFileSync(join(folder, 'shapeless.mjs'), 'export default { config: () => ({}), process() {} };');
    for (const [entry, sentence] of [
      [{ name: 'pager', module: './nowhere.mjs' }, 'Module "pager" (./nowhere.mjs): there is no such file or package'],
      [gotify({ options: {} }), 'Module "gotify" (ubot-channel-gotify): options.baseUrl has to be the address'],
      [shapeless, 'Module "shapeless" (./shapeless.mjs): its config answered something else than a channel module'],
    ] as const) {
      await expect(start([entry])).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(sentence),
      });
    }
  });
});
