/** Where the provider reports on a notification; null without a public address: then nothing is reported. */
export function callbackUrl(publicUrl: string | null, notificationId: string): string | null {
  return publicUrl === null ? null : `${publicUrl}/callbacks/twilio/${notificationId}`;
}

/** Where a key is reported that somebody pressed in a call; the language says in which one he is answered. */
export function keyUrl(
  publicUrl: string | null,
  { notificationId, language }: { notificationId: string; language: string },
): string | null {
  return publicUrl === null ? null : `${publicUrl}/callbacks/twilio/voice/${notificationId}?language=${language}`;
}
