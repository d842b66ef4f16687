/**
 * What one of the provider's error codes means for the message, its recipient and the channel.
 *
 * - `target`: nothing will ever get there as things stand. `opted_out`: the recipient does not want any.
 * - `other_way`: WhatsApp cannot carry this one; an SMS may.
 * - `picture`: it may go without its picture.
 * - `expired`: too old before it could be handed on. `later`: surely not taken, try again.
 * - `message`: only this message is refused.
 */
export type TwilioErrorClass = 'target' | 'opted_out' | 'other_way' | 'picture' | 'expired' | 'later' | 'message';

export interface TwilioErrorMeaning {
  readonly class: TwilioErrorClass;
  /** For the user, beside the provider's own words. */
  readonly sentence: string;
}

/** Outside the 24 hours after the recipient's last message only templates are allowed. */
export const OUTSIDE_WINDOW = 63016;
export const OPTED_OUT = 21610;
export const EXPIRED = 30036;

const MEANINGS: ReadonlyMap<number, TwilioErrorMeaning> = new Map<number, TwilioErrorMeaning>([
  [13224, { class: 'target', sentence: 'This is not a number that can be called.' }],
  [20429, { class: 'later', sentence: 'Too many messages at once.' }],
  [21211, { class: 'target', sentence: 'This is not a valid phone number.' }],
  [21214, { class: 'target', sentence: 'This number cannot be called.' }],
  [21215, { class: 'target', sentence: "Calls to this number's region are not switched on at Twilio." }],
  [21216, { class: 'target', sentence: 'Calls to this number are blocked at Twilio.' }],
  [21217, { class: 'target', sentence: 'This is not a valid phone number.' }],
  [21408, { class: 'target', sentence: "Messages to this number's region are not switched on at Twilio." }],
  [OPTED_OUT, { class: 'opted_out', sentence: 'The recipient has written STOP.' }],
  [21614, { class: 'target', sentence: 'This number takes no SMS.' }],
  [21620, { class: 'picture', sentence: 'The address of the picture is not valid.' }],
  [21623, { class: 'picture', sentence: 'There is more than one picture, or one of a kind that is not taken.' }],
  [30003, { class: 'later', sentence: 'The phone is switched off or out of reach.' }],
  [30004, { class: 'target', sentence: 'The number blocks messages.' }],
  [30005, { class: 'target', sentence: 'The number is not known, or not in use any more.' }],
  [30006, { class: 'target', sentence: 'This is a landline, or its carrier takes no SMS.' }],
  [30007, { class: 'message', sentence: 'The carrier took the message for unwanted.' }],
  [30034, { class: 'target', sentence: "The operator's number is not registered for messages to the United States." }],
  [EXPIRED, { class: 'expired', sentence: 'It was too old before it could be delivered.' }],
  [30019, { class: 'picture', sentence: 'The picture is too large.' }],
  [63003, { class: 'other_way', sentence: 'WhatsApp does not know this number.' }],
  [OUTSIDE_WINDOW, { class: 'other_way', sentence: 'The recipient has not written within the last 24 hours.' }],
  [63019, { class: 'picture', sentence: 'The picture could not be fetched.' }],
  [63021, { class: 'other_way', sentence: 'WhatsApp refuses the content.' }],
  [63024, { class: 'other_way', sentence: 'This number has no WhatsApp.' }],
  [63028, { class: 'other_way', sentence: 'The template has another number of variables.' }],
  [63040, { class: 'other_way', sentence: 'WhatsApp has rejected the template.' }],
  [63041, { class: 'other_way', sentence: 'WhatsApp has paused the template.' }],
  [63042, { class: 'other_way', sentence: 'WhatsApp has disabled the template.' }],
  [63049, { class: 'other_way', sentence: 'WhatsApp chose not to deliver this template.' }],
]);

/** null: a code that is not named here; then its HTTP status decides. */
export function twilioErrorMeaning(code: number | string | null): TwilioErrorMeaning | null {
  return typeof code === 'number' ? (MEANINGS.get(code) ?? null) : null;
}
