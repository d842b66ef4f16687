import { hasSharedData, NO_SHARED_DATA, sharedData, twilioSignature } from '@ubot/testing';
import { describe, expect, test } from 'vitest';
import { isTwilioSigned, readTwilioCallback } from './callbacks.ts';

interface Vector {
  name: string;
  auth_token: string;
  url: string;
  params: Record<string, string | string[]> | null;
  body: string | null;
  signature: string | null;
  valid: boolean;
}

function formOf(params: Record<string, string | string[]>): string {
  const form = new URLSearchParams();
  for (const [name, values] of Object.entries(params)) for (const value of [values].flat()) form.append(name, value);
  return form.toString();
}

const FORM = 'application/x-www-form-urlencoded; charset=utf-8';

interface RecordedCallback {
  channel: string;
  kind: 'status' | 'inbound';
  form: Record<string, string>;
}

describe('a status callback', () => {
  test.skipIf(!hasSharedData)(`is read as each recorded one says${NO_SHARED_DATA}`, async () => {
    const { examples }: { examples: RecordedCallback[] } = JSON.parse(
      sharedData('twilio/status-callbacks.json').toString('utf8'),
    );
    const url = 'https://alerts.example.com/callbacks/twilio/x';
    const read = (form: Record<string, string>) =>
      readTwilioCallback({
        authToken: 'secret-token',
        signature: twilioSignature('secret-token', url, form),
        url,
        body: new URLSearchParams(form).toString(),
        contentType: FORM,
      });
    const statuses = examples.filter(({ kind }) => kind === 'status');
    expect(statuses.length).toBeGreaterThan(4);
    for (const { form } of statuses) {
      const uncharged = { segments: null, charge: null };
      const value = { messageSid: form['MessageSid'], status: form['MessageStatus'], errorCode: null, ...uncharged };
      expect(await read(form)).toEqual({ ok: true, value });
      // Fields that are not known yet may come, and an error code may.
      const later = { ...form, EventType: 'UNDELIVERED', ErrorCode: '63016' };
      expect(await read(later)).toEqual({ ok: true, value: { ...value, errorCode: 63016 } });
    }
  });
});

describe('a signature', () => {
  test.skipIf(!hasSharedData)(`is judged as each recorded vector says${NO_SHARED_DATA}`, async () => {
    const { vectors }: { vectors: Vector[] } = JSON.parse(sharedData('twilio/signature-vectors.json').toString('utf8'));
    expect(vectors.length).toBeGreaterThan(15);
    for (const vector of vectors) {
      const valid = await isTwilioSigned({
        authToken: vector.auth_token,
        signature: vector.signature,
        url: vector.url,
        body: vector.body ?? formOf(vector.params ?? {}),
        contentType: vector.body === null ? FORM : 'application/json',
      });
      expect({ name: vector.name, valid }).toEqual({ name: vector.name, valid: vector.valid });
    }
  });

  const url = 'https://alerts.example.com/callbacks/twilio/x';
  const form = { MessageSid: 'SM1', MessageStatus: 'delivered', To: '+14155550100', New: 'field' };
  const signed = {
    authToken: 'secret-token',
    signature: twilioSignature('secret-token', url, form),
    url,
    body: new URLSearchParams(form).toString(),
    contentType: FORM,
  };

  test('of the provider gives the status; unknown fields are ignored', async () => {
    expect(await readTwilioCallback(signed)).toEqual({
      ok: true,
      value: { messageSid: 'SM1', status: 'delivered', errorCode: null, segments: null, charge: null },
    });
  });

  test.each([
    ['another token', { authToken: 'other' }],
    ['another address', { url: 'https://alerts.example.com/callbacks/twilio/y' }],
    ['another body', { body: signed.body.replace('delivered', 'failed') }],
    ['an added field', { body: `${signed.body}&ErrorCode=30003` }],
    ['no signature', { signature: null }],
    ['another content type', { contentType: 'application/json' }],
  ])('does not fit %s', async (_, change) => {
    expect(await readTwilioCallback({ ...signed, ...change })).toMatchObject({
      ok: false,
      failure: { code: 'CALLBACK_SIGNATURE_INVALID' },
    });
  });

  test('under something else is refused as such', async () => {
    const other = { SmsSid: 'CA1', Digits: '1' };
    const request = {
      ...signed,
      body: new URLSearchParams(other).toString(),
      signature: twilioSignature('secret-token', url, other),
    };
    expect(await readTwilioCallback(request)).toMatchObject({ ok: false, failure: { code: 'VALIDATION_FAILED' } });
  });
});
