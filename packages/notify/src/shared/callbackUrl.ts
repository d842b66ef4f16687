/** Where the provider reports on a notification; null without a public address: then nothing is reported. */
export function callbackUrl(publicUrl: string | null, notificationId: string): string | null {
  return publicUrl === null ? null : `${publicUrl}/callbacks/twilio/${notificationId}`;
}
