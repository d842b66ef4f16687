export { createChannelDrivers, type ChannelDriversConfig } from './createChannelDrivers.ts';
export {
  isTwilioSigned,
  readTwilioCallback,
  readTwilioInbound,
  readTwilioKey,
  type InboundMessage,
  type PressedKey,
  type SignedRequest,
  type StatusCallback,
} from './callbacks.ts';
export { SMS_MAX_SEGMENTS, smsSegments, SMS_TEXT_CHARS, type SmsLimits, type SmsSegments } from './shared/smsText.ts';
export { twilioErrorMeaning, OUTSIDE_WINDOW } from './shared/twilioErrors.ts';
export { consequences } from './shared/twilioFailures.ts';
export { fitText, textLimit, type TextLimit } from './shared/limits.ts';
export { titleOf } from './shared/message.ts';
export type { TwilioSettings } from './shared/twilioClient.ts';
export { type AddressRules } from './shared/addresses.ts';
export { keyTwiml } from './twilio-voice/twiml.ts';
export { webhookSignature } from './webhook/driver.ts';
export { createChartRenderer, type ChartEvent, type ChartRenderer } from './chart/renderer.ts';
export { LEAST_CANDLES, type AlertChart, type ChartCandle } from './chart/chart.ts';
export type {
  ChannelDriver,
  CodeOutcome,
  CodeRequest,
  LookUpOutcome,
  LookUpRequest,
  Picture,
  ProviderCharge,
  Refusal,
  SendOutcome,
  SendRequest,
} from './types.ts';
export { makeWebPushKeys, type WebPushSettings } from './web-push/driver.ts';
export { NO_MESSENGERS, type MessengerSettings } from './messengers.ts';
export {
  createOperatorNotices,
  type OperatorNotice,
  type OperatorNotices,
  type OperatorSettings,
} from './operator/notices.ts';
