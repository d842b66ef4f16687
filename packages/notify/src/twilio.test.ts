import { NO_MESSENGERS } from './messengers.ts';
import type { ChannelKind } from '@ubot/contracts';
import {
  createTwilioServer,
  hasSharedData,
  NO_SHARED_DATA,
  sharedData,
  type TwilioBehaviour,
  type TwilioServer,
} from '@ubot/testing';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lookUpRequest, NOTIFICATION_ID, REFERENCE, sendRequest, TEXT } from './alert.testing.ts';
import { createChannelDrivers } from './createChannelDrivers.ts';
import type { TwilioSettings } from './shared/twilioClient.ts';
import type { ChannelDriver, SendRequest } from './types.ts';

let server: TwilioServer;
beforeEach(async () => {
  server = await createTwilioServer({ callbacks: [] });
});
afterEach(() => server.close());

const TIMEOUT_MS = 300;

function driver(kind: ChannelKind, changes: Partial<TwilioSettings> = {}): ChannelDriver {
  const drivers = createChannelDrivers({
    twilio: {
      accountSid: server.accountSid,
      authToken: server.authToken,
      baseUrl: server.url,
      from: '+15005550006',
      messagingServiceSid: null,
      whatsAppFrom: '+14155238886',
      whatsAppContentSid: null,
      ...changes,
    },
    publicUrl: 'https://alerts.example.com',
    webhook: { allowPrivate: false, allowedRanges: [] },
    messengers: NO_MESSENGERS,
    log: () => {},
    nowMs: () => Date.now(),
    timeoutMs: TIMEOUT_MS,
  });
  const found = drivers.get(kind);
  if (found === undefined) throw new Error(`no driver for ${kind}`);
  return found;
}

const whatsApp = (changes: Partial<SendRequest> = {}) =>
  sendRequest({ target: { kind: 'whatsapp', to: '+14155550100' }, ...changes });

describe('an SMS', () => {
  test('goes out as one message with its callback address and a short validity', async () => {
    const outcome = await driver('sms').send(sendRequest());
    const [message] = server.messages();
    const providerMessageId = message?.sid;
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId, providerStatus: 'queued', segments: 1 });
    expect(server.messages()).toHaveLength(1);
    expect(message).toMatchObject({
      to: '+14155550100',
      from: '+15005550006',
      messagingServiceSid: null,
      body: TEXT,
      contentSid: null,
      statusCallback: `https://alerts.example.com/callbacks/twilio/${NOTIFICATION_ID}`,
      validityPeriod: '900',
    });
  });

  test('goes through a messaging service where one is named', async () => {
    const outcome = await driver('sms', { messagingServiceSid: `MG${'0'.repeat(32)}` }).send(sendRequest());
    expect(outcome).toMatchObject({ kind: 'accepted', providerStatus: 'accepted' });
    expect(server.messages()[0]).toMatchObject({ from: '', messagingServiceSid: `MG${'0'.repeat(32)}` });
  });

  test.each([
    [1, '60'],
    [61_000, '61'],
    [3_599_001, '3600'],
    [7 * 86_400_000, '36000'],
  ])('that is worth reading for %i ms is valid for %s s', async (validForMs, seconds) => {
    await driver('sms').send(sendRequest({ validForMs }));
    expect(server.messages()[0]?.validityPeriod).toBe(seconds);
  });

  test.each([
    ['x'.repeat(300), undefined, 2],
    [`${'ж'.repeat(300)} Ref ${REFERENCE}`, undefined, 5],
    [`${'ж'.repeat(300)} Ref ${REFERENCE}`, { maxSegments: 2, transliterate: false }, 2],
    [`${'ж'.repeat(300)} Ref ${REFERENCE}`, { maxSegments: 9, transliterate: true }, 4],
  ])('costs the segments that the provider says', async (text, smsLimits, segments) => {
    const sms = driver('sms', smsLimits === undefined ? {} : { smsLimits });
    expect(await sms.send(sendRequest({ text }))).toMatchObject({ kind: 'accepted', segments });
    // The provider counts for itself; through a messaging service it has not counted yet.
    const service = driver('sms', { messagingServiceSid: 'MG1', ...(smsLimits !== undefined && { smsLimits }) });
    expect(await service.send(sendRequest({ text }))).toMatchObject({ kind: 'accepted', segments });
    expect(server.messages()[0]?.segments).toBe(segments);
  });

  test('of more than 1,600 characters is cut before its reference', async () => {
    const text = `${'x'.repeat(1_700)} Ref ${REFERENCE}`;
    expect((await driver('sms').send(sendRequest({ text }))).kind).toBe('accepted');
    expect(server.messages()[0]?.body).toBe(`${'x'.repeat(1_590)}... ${REFERENCE}`);
  });

  const answers: [string, TwilioBehaviour, { kind: string; code: string; retryAfterMs?: number }, number][] = [
    ['429', { answer: { code: 20429 } }, { kind: 'retry', code: 'CHANNEL_RATE_LIMITED' }, 0],
    [
      '429 with Retry-After',
      { answer: { code: 20429, retryAfterS: 7 } },
      { kind: 'retry', code: 'CHANNEL_RATE_LIMITED', retryAfterMs: 7_000 },
      0,
    ],
    ['30003', { answer: { code: 30003 } }, { kind: 'retry', code: 'CHANNEL_RATE_LIMITED' }, 0],
    ['21617', { answer: { code: 21617 } }, { kind: 'refused', code: 'CHANNEL_REFUSED' }, 0],
    [
      '401 (the credentials are wrong)',
      { answer: { code: 20003 } },
      { kind: 'retry', code: 'CHANNEL_NOT_CONFIGURED', retryAfterMs: 300_000 },
      0,
    ],
    ['500 before', { answer: { code: 20500 } }, { kind: 'unknown', code: 'CHANNEL_OUTCOME_UNKNOWN' }, 0],
    ['503 after', { accept: true, answer: { code: 20503 } }, { kind: 'unknown', code: 'CHANNEL_OUTCOME_UNKNOWN' }, 1],
    ['nothing', { accept: true, answer: 'hang' }, { kind: 'unknown', code: 'CHANNEL_OUTCOME_UNKNOWN' }, 1],
    ['too late', { delayMs: 2 * TIMEOUT_MS }, { kind: 'unknown', code: 'CHANNEL_OUTCOME_UNKNOWN' }, 1],
    ['a cut connection', { accept: true, answer: 'cut' }, { kind: 'unknown', code: 'CHANNEL_OUTCOME_UNKNOWN' }, 1],
    ['a cut before', { accept: false, answer: 'cut' }, { kind: 'unknown', code: 'CHANNEL_OUTCOME_UNKNOWN' }, 0],
  ];
  test.each(answers)('that is answered %s ends accordingly', async (_, behaviour, expected, messages) => {
    server.script(behaviour);
    const outcome = await driver('sms').send(sendRequest());
    if (outcome.kind === 'accepted') throw new Error('accepted');
    const { code, retryAfterMs } = outcome.failure;
    expect({ kind: outcome.kind, code, ...(retryAfterMs !== undefined && { retryAfterMs }) }).toEqual(expected);
    expect(server.messages()).toHaveLength(messages);
  });

  test.each([21211, 21614, 21408, 30006, 30034])('refused with %i says that none will ever arrive', async (code) => {
    server.script({ answer: { code } });
    const failure = { code: 'CHANNEL_REFUSED', detail: expect.stringContaining(String(code)) };
    expect(await driver('sms').send(sendRequest())).toEqual({ kind: 'refused', lasting: 'unreachable', failure });
  });

  test.skipIf(!hasSharedData)(`ends as each recorded answer says${NO_SHARED_DATA}`, async () => {
    const recorded: { http: number; body: { code: number; message: string } }[] = JSON.parse(
      sharedData('twilio/error-responses.json').toString('utf8'),
    );
    const expected: Record<number, object> = {
      20003: { kind: 'retry', failure: { code: 'CHANNEL_NOT_CONFIGURED' } },
      20404: { kind: 'retry', failure: { code: 'CHANNEL_NOT_CONFIGURED' } },
      20429: { kind: 'retry', failure: { code: 'CHANNEL_RATE_LIMITED' } },
      21211: { kind: 'refused', lasting: 'unreachable', failure: { code: 'CHANNEL_REFUSED' } },
      21603: { kind: 'refused', failure: { code: 'CHANNEL_REFUSED' } },
    };
    expect(recorded.map(({ body }) => body.code).toSorted()).toEqual(Object.keys(expected).map(Number));
    for (const { http, body } of recorded) {
      server.script({ answer: { code: body.code, http } });
      const outcome = await driver('sms').send(sendRequest());
      expect(outcome).toMatchObject(expected[body.code] ?? {});
      const detail = outcome.kind === 'accepted' ? '' : outcome.failure.detail;
      expect(detail).toContain(`Twilio answered ${http}, error ${body.code}: `);
    }
  });

  test('to somebody who has written STOP says so', async () => {
    server.optOut('+14155550100');
    expect(await driver('sms').send(sendRequest())).toMatchObject({ kind: 'refused', lasting: 'opted_out' });
  });

  test.each([
    ['+15005550001', 21211],
    ['+15005550003', 21408],
    ['+15005550004', 21610],
    ['+15005550009', 21614],
  ])('to %s is refused with %i', async (to, code) => {
    const outcome = await driver('sms').send(sendRequest({ target: { kind: 'sms', to } }));
    expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'CHANNEL_REFUSED' } });
    expect(JSON.stringify(outcome)).toContain(String(code));
  });

  test('with nobody at the address was surely not sent', async () => {
    const closed = createServer().listen(0);
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => {
      closed.close(resolve);
    });
    const outcome = await driver('sms', { baseUrl: `http://127.0.0.1:${port}` }).send(sendRequest());
    expect(outcome).toMatchObject({ kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE' } });
  });

  test('with a name that does not resolve was surely not sent', async () => {
    const outcome = await driver('sms', { baseUrl: 'http://no-such-host.invalid' }).send(sendRequest());
    expect(outcome).toMatchObject({ kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE' } });
  });

  test('shows no secret in any failure', async () => {
    const authToken = 'not-the-token-0123456789';
    const outcomes = [await driver('sms', { authToken }).send(sendRequest())];
    for (const [, behaviour] of answers) {
      server.script(behaviour);
      outcomes.push(await driver('sms').send(sendRequest()));
    }
    expect(outcomes.length).toBe(answers.length + 1);
    const text = JSON.stringify(outcomes);
    for (const secret of [authToken, server.authToken, server.accountSid]) expect(text).not.toContain(secret);
  });
});

describe('a message of unknown fate', () => {
  test('is found by its recipient and its reference', async () => {
    server.script({ accept: true, answer: 'cut' });
    const sms = driver('sms');
    await sms.send(sendRequest());
    expect(await sms.lookUp?.(lookUpRequest())).toEqual({
      kind: 'found',
      providerMessageId: server.messages()[0]?.sid,
      providerStatus: 'queued',
      providerErrorCode: null,
      segments: 1,
      charge: { micros: 8_300, currency: 'USD' },
    });
  });

  test.each([
    ['nothing was sent', []],
    ['another recipient got the same', [sendRequest({ target: { kind: 'sms', to: '+14155550199' } })]],
    ['the recipient got another', [sendRequest({ text: 'Something else. Ref ZZZZZZ' })]],
  ])('is absent when %s', async (_, sent) => {
    const sms = driver('sms');
    for (const request of sent) await sms.send(request);
    expect(await sms.lookUp?.(lookUpRequest())).toEqual({ kind: 'absent' });
  });

  test.each([
    ['found', true],
    ['absent', false],
  ])('is %s also among hundreds that the recipient got since', async (kind, accept) => {
    const sms = driver('sms');
    server.script({ accept, answer: 'cut' });
    await sms.send(sendRequest());
    const text = 'Something else. Ref ZZZZZZ';
    for (let sent = 0; sent < 450; sent += 50)
      await Promise.all(Array.from({ length: 50 }, () => sms.send(sendRequest({ text }))));
    expect(server.messages().length).toBeGreaterThanOrEqual(450);
    expect(await sms.lookUp?.(lookUpRequest())).toMatchObject({ kind });
  });

  test('is not taken for an older one with the same reference', async () => {
    const sms = driver('sms');
    await sms.send(sendRequest());
    const sentAfterMs = Date.now() + 3_600_000;
    expect(await sms.lookUp?.(lookUpRequest({ sentAfterMs }))).toEqual({ kind: 'absent' });
  });

  test('stays unknown while the list cannot be read', async () => {
    server.setListAvailable(false);
    expect(await driver('sms').lookUp?.(lookUpRequest())).toMatchObject({ kind: 'inconclusive' });
  });
});

describe('a WhatsApp message', () => {
  test('is the template when there is one, its variable 1 the text in one line', async () => {
    const outcome = await driver('whatsapp', { whatsAppContentSid: 'HX1' }).send(
      whatsApp({ text: `two\n lines. Ref ${REFERENCE}` }),
    );
    expect(outcome.kind).toBe('accepted');
    expect(server.messages()).toEqual([
      expect.objectContaining({
        to: 'whatsapp:+14155550100',
        from: 'whatsapp:+14155238886',
        contentSid: 'HX1',
        contentVariables: `{"1":"two lines. Ref ${REFERENCE}"}`,
        body: `Market alert: two lines. Ref ${REFERENCE} (uBot)`,
      }),
    ]);
  });

  test('keeps a variable within 1,024 characters', async () => {
    const text = `${'x'.repeat(1_100)} Ref ${REFERENCE}`;
    const outcome = await driver('whatsapp', { whatsAppContentSid: 'HX1' }).send(whatsApp({ text }));
    expect(outcome.kind).toBe('accepted');
    expect(JSON.parse(server.messages()[0]?.contentVariables ?? '')['1']).toHaveLength(1_024);
  });

  test('is free text without a template', async () => {
    expect((await driver('whatsapp').send(whatsApp())).kind).toBe('accepted');
    expect(server.messages()[0]).toMatchObject({ body: TEXT, contentSid: null });
  });

  test('refused with 63016 is refused for good without a template', async () => {
    server.script({ answer: { code: 63016 } });
    expect(await driver('whatsapp').send(whatsApp())).toMatchObject({ kind: 'refused', otherWay: true });
  });

  test.each([
    [63028, 'another number of variables'],
    [63040, 'rejected the template'],
    [63021, 'refuses the content'],
    [63024, 'has no WhatsApp'],
  ])('refused with %i may go by another way, and says why', async (code, words) => {
    server.script({ answer: { code } });
    expect(await driver('whatsapp', { whatsAppContentSid: 'HX1' }).send(whatsApp())).toMatchObject({
      kind: 'refused',
      otherWay: true,
      failure: { detail: expect.stringContaining(words) },
    });
  });

  test('refused with 63016 is sent as the template, once', async () => {
    server.script({ answer: { code: 63016 } });
    const driverWithTemplate = driver('whatsapp', { whatsAppContentSid: 'HX1' });
    expect((await driverWithTemplate.send(whatsApp({ sessionOpen: true }))).kind).toBe('accepted');
    expect(server.messages().map(({ contentSid }) => contentSid)).toEqual(['HX1']);
    server.script({ answer: { code: 63016 } }, { answer: { code: 63016 } });
    expect((await driverWithTemplate.send(whatsApp({ sessionOpen: true }))).kind).toBe('refused');
    expect(server.creationCount()).toBe(4);
  });

  test('of unknown fate is found inside its template', async () => {
    server.script({ accept: true, answer: 'cut' });
    const template = driver('whatsapp', { whatsAppContentSid: 'HX1' });
    expect((await template.send(whatsApp())).kind).toBe('unknown');
    expect(await template.lookUp?.(lookUpRequest({ target: whatsApp().target }))).toMatchObject({ kind: 'found' });
  });
});
