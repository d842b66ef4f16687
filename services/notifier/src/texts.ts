import { renderAlertText, spokenAlert, spokenLanguage, usesPlaceholder, type RenderInput } from '@ubot/alerting';
import { DEFAULT_SETTINGS, type Alert, type ChannelKind } from '@ubot/contracts';
import { smsSegments } from '@ubot/notify';

/** What a text is made of. */
export interface TextOf {
  readonly alert: Alert;
  readonly kind: ChannelKind;
  /** The strategy's own message; null for the default text. */
  readonly template: string | null;
  /** null: the user has set none. */
  readonly timeZone: string | null;
  readonly reference: string;
  /** For what is spoken; null or absent: English. */
  readonly locale?: string | null;
}

export interface Texts {
  /** The text of an alert for a channel of this kind. */
  make(given: TextOf): string;
  /** Where the dashboard shows an alert; null without a public address. */
  linkOf(alert: Pick<Alert, 'id'>): string | null;
}

/**
 * Makes texts with the links of this uBot.
 *
 * `acknowledgeLinkOf` signs a link that acknowledges an alert with one tap; it is asked only where a template wants it.
 */
export function createTexts(given: {
  publicUrl: string | null;
  acknowledgeLinkOf: ((alert: Alert) => string | null) | null;
}): Texts {
  const { publicUrl, acknowledgeLinkOf } = given;
  const linkOf = ({ id }: Pick<Alert, 'id'>): string | null =>
    publicUrl === null ? null : `${publicUrl}/alerts/${id}`;
  return {
    linkOf,
    make({ alert, kind, template, timeZone, reference, locale = null }) {
      if (kind === 'voice' && template === null) return spokenAlert(alert, spokenLanguage(locale));
      const acknowledge = usesPlaceholder(template, 'ack_link') ? (acknowledgeLinkOf?.(alert) ?? null) : null;
      const input: RenderInput = {
        alert,
        kind,
        template,
        reference,
        timeZone: timeZone ?? DEFAULT_SETTINGS.timeZone,
        links: { alert: linkOf(alert), acknowledge },
        ...(kind === 'sms' && { costOf: (text: string) => smsSegments(text).segments }),
      };
      return renderAlertText(input);
    },
  };
}
