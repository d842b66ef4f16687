import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hasSharedData, NO_SHARED_DATA, sharedData } from './sharedData.ts';
import { errorAnswer } from './twilio-server-answers.ts';
import { twilioSignature } from './twilio-server-callbacks.ts';
import { createTwilioServer, type TwilioServer } from './twilio-server.ts';
import { waitFor } from './waitFor.ts';
import { createWebhookReceiver } from './webhook-receiver.ts';

let server: TwilioServer;
beforeEach(async () => {
  server = await createTwilioServer();
});
afterEach(() => server.close());

const read = async (answer: Response) => JSON.parse(await answer.text());
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const path = () => `${server.url}/2010-04-01/Accounts/${server.accountSid}/Messages.json`;
const create = (form: Record<string, string>) =>
  fetch(path(), {
    method: 'POST',
    headers: basic(`${server.accountSid}:${server.authToken}`),
    body: new URLSearchParams(form),
  });

describe(`the local Twilio${NO_SHARED_DATA}`, () => {
  test.skipIf(!hasSharedData)('words its errors as recorded answers do', () => {
    const recorded: { http: number; body: { code: number; message: string } }[] = JSON.parse(
      sharedData('twilio/error-responses.json').toString('utf8'),
    );
    for (const { http, body } of recorded) {
      const made = errorAnswer(body.code, { to: '11234', path: '/2010-04-01/Accounts/a/Messages.json' });
      expect(made).toEqual({ http, body });
    }
  });
});

describe('the local Twilio', () => {
  test('refuses wrong credentials', async () => {
    const answer = await fetch(path(), { headers: basic(`${server.accountSid}:wrong`) });
    expect([answer.status, (await read(answer)).code]).toEqual([401, 20003]);
  });

  test.each([
    [{ From: '+15005550006', Body: 'x' }, 21604],
    [{ To: '+14155550100', Body: 'x' }, 21603],
    [{ To: '+14155550100', From: '+15005550006' }, 21602],
    [{ To: '11234', From: '+15005550006', Body: 'x' }, 21211],
    [{ To: '+14155550100', From: '+15005550006', Body: 'x'.repeat(1_601) }, 21617],
    [{ To: '+14155550100', From: '+15005550006', ContentSid: 'HX1', ContentVariables: '{"2":"x"}' }, 21656],
  ])('refuses %j with %i', async (form, code) => {
    expect((await read(await create(form))).code).toBe(code);
    expect(server.messages()).toEqual([]);
  });

  test('reports sent and delivered with signatures that fit, and forges on demand', async () => {
    const receiver = await createWebhookReceiver();
    const url = `${receiver.url}/callbacks/twilio/1`;
    const form = { To: '+14155550100', From: '+15005550006', Body: 'x', StatusCallback: url };
    const { sid, status } = await read(await create(form));
    expect(status).toBe('queued');
    await waitFor(() => receiver.received().length === 2);
    for (const [index, expected] of ['sent', 'delivered'].entries()) {
      const callback = receiver.received()[index];
      const received = Object.fromEntries(new URLSearchParams(callback?.body));
      expect(received).toMatchObject({ MessageSid: sid, MessageStatus: expected, AccountSid: server.accountSid });
      expect(callback?.headers['x-twilio-signature']).toBe(twilioSignature(server.authToken, url, received));
    }
    await server.sendCallback({ sid, status: 'delivered', signature: 'forged' });
    expect(receiver.received()[2]?.headers['x-twilio-signature']).toBe('forged');
    await receiver.close();
  });

  test('fails free text outside the WhatsApp window with 63016, after it was accepted', async () => {
    const form = { To: 'whatsapp:+14155550100', From: 'whatsapp:+14155238886', Body: 'x' };
    expect((await create(form)).status).toBe(201);
    await waitFor(() => server.messages()[0]?.errorCode === 63016);
    server.openSession('+14155550100');
    await create(form);
    await waitFor(() => server.messages()[1]?.status === 'delivered');
  });

  test('refuses who wrote STOP', async () => {
    server.optOut('+14155550100');
    const answer = await create({ To: '+14155550100', From: '+15005550006', Body: 'x' });
    expect((await read(answer)).code).toBe(21610);
  });

  test('takes as many requests of a sender in a second as it is allowed', async () => {
    let nowMs = 1_700_000_000_000;
    const limited = await createTwilioServer({ callbacks: [], perSecond: 1, nowMs: () => nowMs });
    const headers = { ...basic(`${limited.accountSid}:${limited.authToken}`) };
    const url = `${limited.url}/2010-04-01/Accounts/${limited.accountSid}/Messages.json`;
    const ask = async (From: string): Promise<number> => {
      const body = new URLSearchParams({ To: '+14155550100', From, Body: 'x' });
      return (await fetch(url, { method: 'POST', headers, body })).status;
    };
    expect([await ask('+15005550006'), await ask('+15005550006'), await ask('+15005550007')]).toEqual([201, 429, 201]);
    nowMs += 999;
    expect(await ask('+15005550006')).toBe(429);
    nowMs += 1;
    expect(await ask('+15005550006')).toBe(201);
    expect(limited.messages()).toHaveLength(3);
    await limited.close();
  });

  test.skipIf(!hasSharedData)(`counts segments as the recorded vectors do${NO_SHARED_DATA}`, async () => {
    const vectors: { body: string; segments: number }[] = JSON.parse(
      sharedData('twilio/sms-segments.json').toString('utf8'),
    );
    for (const { body, segments } of vectors) {
      const created = await read(await create({ To: '+14155550100', From: '+15005550006', Body: body }));
      expect(created['num_segments']).toBe(String(segments));
    }
    expect(vectors.length).toBeGreaterThan(10);
  });

  test('tells a price only after a while', async () => {
    let nowMs = 1_700_000_000_000;
    const later = await createTwilioServer({ callbacks: [], priceLagMs: 60_000, nowMs: () => nowMs });
    const headers = { ...basic(`${later.accountSid}:${later.authToken}`) };
    const url = `${later.url}/2010-04-01/Accounts/${later.accountSid}/Messages`;
    const body = new URLSearchParams({ To: '+14155550100', From: '+15005550006', Body: 'x'.repeat(161) });
    const { sid } = await read(await fetch(`${url}.json`, { method: 'POST', headers, body }));
    const price = async () => (await read(await fetch(`${url}/${sid}.json`, { headers })))['price'];
    nowMs += 59_999;
    expect(await price()).toBeNull();
    nowMs += 1;
    expect(await price()).toBe('-0.01660');
    await later.close();
  });

  test('hands on what somebody writes, signed; STOP and START count', async () => {
    const receiver = await createWebhookReceiver();
    const url = `${receiver.url}/inbound?x=1`;
    const message = { url, from: '+14155550100', to: '+15005550006', body: ' stop' };
    const { sid } = await server.receive(message);
    const received = receiver.received()[0];
    const form = Object.fromEntries(new URLSearchParams(received?.body));
    expect(form).toMatchObject({ From: '+14155550100', Body: ' stop', MessageSid: sid, SmsStatus: 'received' });
    expect(received?.headers['x-twilio-signature']).toBe(twilioSignature(server.authToken, url, form));
    const ask = { To: '+14155550100', From: '+15005550006', Body: 'x' };
    expect((await read(await create(ask))).code).toBe(21610);
    await server.receive({ ...message, body: 'START' });
    expect((await create(ask)).status).toBe(201);
    await receiver.close();
  });

  test('refuses templates that WhatsApp would not approve, and variables that do not fit', async () => {
    expect(() => server.setTemplate('HX2', '{{1}} fell')).toThrow('rejected');
    expect(() => server.setTemplate('HX2', 'Alert {{1}}')).toThrow('rejected');
    expect(() => server.setTemplate('HX2', 'Alert {{2}} now')).toThrow('rejected');
    server.setTemplate('HX2', 'Alert {{1}}: {{2}} now');
    const ask = { To: 'whatsapp:+14155550100', From: 'whatsapp:+14155238886', ContentSid: 'HX2' };
    await create({ ...ask, ContentVariables: '{"1":"x"}' });
    await waitFor(() => server.messages()[0]?.errorCode === 63028);
    await create({ ...ask, ContentVariables: '{"1":"x","2":"y"}' });
    expect(server.messages()[1]?.body).toBe('Alert x: y now');
  });
});
