import type { SendRequest } from '../types.ts';

type Reported = Pick<SendRequest, 'notificationId' | 'isTest'>;

/** Where the provider reports on a notification; null where nobody can or wants to hear: without a public address, of a test. */
export function callbackUrl(publicUrl: string | null, { notificationId, isTest }: Reported): string | null {
  return publicUrl === null || isTest === true ? null : `${publicUrl}/callbacks/twilio/${notificationId}`;
}

/** Where a key is reported that somebody pressed in a call; the language says in which one he is answered. */
export function keyUrl(
  publicUrl: string | null,
  { notificationId, isTest, language }: Reported & { language: string },
): string | null {
  return publicUrl === null || isTest === true
    ? null
    : `${publicUrl}/callbacks/twilio/voice/${notificationId}?language=${language}`;
}
