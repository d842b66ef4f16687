import type { Alert, ChannelKind, ChannelTarget, Failure } from '@ubot/contracts';

/** A picture that goes with a text, in the same send. */
export interface Picture {
  readonly png: Uint8Array;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  /** Where the outside can fetch it for a while; null without a public address. */
  readonly url: string | null;
}

/** One notification on its way to one target. */
export interface SendRequest {
  readonly notificationId: string;
  readonly target: ChannelTarget;
  /** As rendered once; it ends with the reference. */
  readonly text: string;
  /** The short code of the notification inside the text, by which a message is found again. */
  readonly reference: string;
  readonly alert: Alert;
  /** Where the alert is shown, for services that have a place of their own for it; null without a public address. */
  readonly link?: string | null;
  /** Absent or null where there is none, or where it was not ready in time: the text goes all the same. */
  readonly picture?: Picture | null;
  /** The alerts that the text tells of, `alert` among them, where they are several. */
  readonly digest?: readonly Alert[];
  /** The owner's language, for what is spoken. Absent or null: English. */
  readonly locale?: string | null;
  /** Nothing has fired: a person tries the channel. Programs must be able to tell. */
  readonly isTest?: true;
  /** Webhooks only. */
  readonly signingSecret: string | null;
  /** WhatsApp: the recipient is known to have written within 24 hours, so that free text is allowed. */
  readonly sessionOpen?: boolean;
  /** How long the alert is still worth being read; 1 or more. */
  readonly validForMs: number;
  readonly signal: AbortSignal;
}

/** Never, as things stand. */
export interface Refusal {
  readonly kind: 'refused';
  readonly failure: Failure;
  /** Nothing will ever get to this target; absent: only this message was refused. */
  readonly lasting?: 'unreachable' | 'opted_out';
  /** Another kind of channel may carry it. */
  readonly otherWay?: true;
}

/** What the provider itself takes for a message. */
export interface ProviderCharge {
  /** Millionths of the currency's unit, zero or more. */
  readonly micros: number;
  /** ISO 4217. */
  readonly currency: string;
}

/**
 * How a send ended. `accepted`: the provider has it. `refused`: never. `retry`: surely not taken, try again.
 * `unknown`: perhaps taken. `deferred`: nothing was tried, so it does not count as an attempt.
 */
export type SendOutcome =
  | {
      readonly kind: 'accepted';
      readonly providerMessageId: string | null;
      readonly providerStatus: string | null;
      /** SMS only. */
      readonly segments?: number;
    }
  | Refusal
  | { readonly kind: 'retry' | 'unknown' | 'deferred'; readonly failure: Failure };

export interface LookUpRequest {
  readonly notificationId: string;
  readonly target: ChannelTarget;
  readonly text: string;
  readonly reference: string;
  /** Messages with the same reference that are known to have failed: they are not the one that is looked for. */
  readonly exceptIds: readonly string[];
  /** Not before this was the message sent. */
  readonly sentAfterMs: number;
  readonly signal: AbortSignal;
}

export type LookUpOutcome =
  | {
      readonly kind: 'found';
      readonly providerMessageId: string;
      readonly providerStatus: string;
      readonly providerErrorCode: number | null;
      /** null or absent: it does not say yet. */
      readonly charge?: ProviderCharge | null;
      /** SMS only. */
      readonly segments?: number | null;
    }
  | { readonly kind: 'absent' }
  /** The provider could not be asked, or its list was too long to be sure. */
  | { readonly kind: 'inconclusive'; readonly failure: Failure }
  /** The provider has no such question: asking again will not help either. */
  | { readonly kind: 'cannot_be_asked'; readonly failure: Failure };

/** What proves that a target is its owner's. */
export interface CodeRequest {
  readonly target: ChannelTarget;
  readonly code: string;
  /** The code in a sentence, for people. */
  readonly text: string;
  /** Webhooks only. */
  readonly signingSecret: string | null;
  readonly signal: AbortSignal;
}

/** `sent`: a person will type it. `echoed`: what came back, which has to be compared. */
export type CodeOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'echoed'; readonly echo: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Speaks to one outside system. A driver shares nothing with another.
 *
 * Edges: a driver without `lookUp` must make a repeated send of one notification id harmless for the receiver.
 *        Neither verb throws for what the outside does.
 */
export interface ChannelDriver {
  readonly kind: ChannelKind;
  /** What the ledger calls the provider: 'twilio-sms'. */
  readonly name: string;
  send(request: SendRequest): Promise<SendOutcome>;
  lookUp?(request: LookUpRequest): Promise<LookUpOutcome>;
  /**
   * What a message has cost: `charge` null while the provider does not say. Absent where messages cost nothing.
   *
   * Shape: null when the provider could not be asked, or does not know the message.
   */
  chargeOf?(
    providerMessageId: string,
  ): Promise<{ readonly charge: ProviderCharge | null; readonly segments: number | null } | null>;
  /** Sends what proves that the target is its owner's. Absent where nothing has to be proved. */
  sendCode?(request: CodeRequest): Promise<CodeOutcome>;
  close(): Promise<void>;
}
