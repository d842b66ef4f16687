import type { EmailSettings } from './email/driver.ts';
import type { PushoverSettings } from './pushover/driver.ts';
import type { TelegramSettings } from './telegram/driver.ts';

/** What the operator has set up beside Twilio and webhooks. null: not to be had. */
export interface MessengerSettings {
  readonly email: EmailSettings | null;
  readonly telegram: TelegramSettings | null;
  readonly pushover: PushoverSettings | null;
  /** Users bring their own webhooks of these. */
  readonly discordUrl: string;
  readonly slackUrl: string;
}

export const NO_MESSENGERS: MessengerSettings = {
  email: null,
  telegram: null,
  pushover: null,
  discordUrl: 'https://discord.com',
  slackUrl: 'https://hooks.slack.com',
};
