import type { ChannelKinds, ChannelTarget } from '@ubot/contracts';
import type { TextKey } from '../../texts/i18n.ts';

/** What the form of a kind of channel asks for, and how what was written becomes a target. */
export interface ChannelForm {
  readonly kind: Exclude<ChannelTarget['kind'], 'module' | 'web_push'>;
  readonly title: TextKey;
  readonly hint: TextKey;
  /** null: nothing has to be given. */
  readonly example: string | null;
  readonly input?: 'tel' | 'email' | 'url' | 'text';
  /** null: what was written is not one. */
  read(written: string): ChannelTarget | null;
}

const phone = (kind: 'sms' | 'whatsapp' | 'voice', written: string): ChannelTarget | null => {
  const to = written.replace(/[\s().-]/g, '');
  return /^\+[1-9][0-9]{6,14}$/.test(to) ? { kind, to } : null;
};
const DISCORD = /\/api\/(?:v\d+\/)?webhooks\/([0-9]{1,20})\/([A-Za-z0-9_-]{1,200})\/?$/;
const SLACK = /hooks\.slack\.com\/services\/([A-Za-z0-9]{1,40}\/[A-Za-z0-9]{1,60}\/[A-Za-z0-9]{1,60})\/?$/;
const NTFY = /^(https?:\/\/[^/?#@\s]+)\/([A-Za-z0-9_-]{1,64})\/?$/;

/** In the order in which most people have them. */
export const CHANNEL_FORMS: readonly ChannelForm[] = [
  {
    kind: 'email',
    title: 'channels.kind_email',
    hint: 'channels.hint_email',
    example: 'ada@example.org',
    input: 'email',
    read: (to) => (/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(to) ? { kind: 'email', to } : null),
  },
  {
    kind: 'telegram',
    title: 'channels.kind_telegram',
    hint: 'channels.hint_telegram',
    example: '123456789',
    read: (chatId) => (/^(-?[0-9]{1,20}|@[A-Za-z0-9_]{4,32})$/.test(chatId) ? { kind: 'telegram', chatId } : null),
  },
  {
    kind: 'sms',
    title: 'channels.kind_sms',
    hint: 'channels.hint_phone',
    example: '+33 6 12 34 56 78',
    input: 'tel',
    read: (written) => phone('sms', written),
  },
  {
    kind: 'whatsapp',
    title: 'channels.kind_whatsapp',
    hint: 'channels.hint_phone',
    example: '+33 6 12 34 56 78',
    input: 'tel',
    read: (written) => phone('whatsapp', written),
  },
  {
    kind: 'voice',
    title: 'channels.kind_voice',
    hint: 'channels.hint_voice',
    example: '+33 6 12 34 56 78',
    input: 'tel',
    read: (written) => phone('voice', written),
  },
  {
    kind: 'discord',
    title: 'channels.kind_discord',
    hint: 'channels.hint_discord',
    example: 'https://discord.com/api/webhooks/…',
    input: 'url',
    read(written) {
      const [, webhookId, webhookToken] = DISCORD.exec(written) ?? [];
      if (webhookId === undefined || webhookToken === undefined) return null;
      return { kind: 'discord', webhookId, webhookToken };
    },
  },
  {
    kind: 'slack',
    title: 'channels.kind_slack',
    hint: 'channels.hint_slack',
    example: 'https://hooks.slack.com/services/…',
    input: 'url',
    read(written) {
      const [, path] = SLACK.exec(written) ?? [];
      return path === undefined ? null : { kind: 'slack', path };
    },
  },
  {
    kind: 'ntfy',
    title: 'channels.kind_ntfy',
    hint: 'channels.hint_ntfy',
    example: 'https://ntfy.sh/my-alerts',
    input: 'url',
    read(written) {
      const [, server, topic] = NTFY.exec(written) ?? [];
      return server === undefined || topic === undefined ? null : { kind: 'ntfy', server, topic };
    },
  },
  {
    kind: 'pushover',
    title: 'channels.kind_pushover',
    hint: 'channels.hint_pushover',
    example: 'uQiRzpo4DXghDmr9QzzfQu27cmVRsG',
    read: (userKey) => (/^[A-Za-z0-9]{30}$/.test(userKey) ? { kind: 'pushover', userKey } : null),
  },
  {
    kind: 'webhook',
    title: 'channels.kind_webhook',
    hint: 'channels.hint_webhook',
    example: 'https://example.org/alerts',
    input: 'url',
    read: (url) => (/^https?:\/\/.{1,1990}$/.test(url) ? { kind: 'webhook', url } : null),
  },
  {
    kind: 'log',
    title: 'channels.kind_log',
    hint: 'channels.hint_log',
    example: null,
    read: () => ({ kind: 'log' }),
  },
];

/** What a channel can be here: a kind, a module of the operator's, or this browser. */
export interface ChannelChoice {
  /** "sms", "module:pager". */
  readonly value: string;
  readonly title: string;
  /** Whether the operator has set up what it needs. */
  readonly isConfigured: boolean;
  readonly form?: ChannelForm;
  readonly module?: ChannelKinds['modules'][number];
}

/** Those that are set up first; while it is not known what is, all are. */
export function channelChoices(kinds: ChannelKinds | undefined, text: (key: TextKey) => string): ChannelChoice[] {
  const isConfigured = (kind: string): boolean =>
    kinds === undefined || (kinds.kinds.find((each) => each.kind === kind)?.configured ?? false);
  const choices: ChannelChoice[] = [
    { value: 'web_push', title: text('channels.kind_web_push'), isConfigured: isConfigured('web_push') },
    ...CHANNEL_FORMS.map((form) => ({
      value: form.kind,
      title: text(form.title),
      isConfigured: isConfigured(form.kind),
      form,
    })),
    ...(kinds?.modules ?? []).map((module) => ({
      value: `module:${module.name}`,
      title: module.label,
      isConfigured: true,
      module,
    })),
  ];
  return choices.toSorted((a, b) => Number(b.isConfigured) - Number(a.isConfigured));
}

/** The name of a channel's kind, as people know it. */
export function kindTitle(
  target: ChannelTarget,
  kinds: ChannelKinds | undefined,
  text: (key: TextKey) => string,
): string {
  if (target.kind === 'web_push') return text('channels.kind_browser');
  if (target.kind === 'module') {
    return kinds?.modules.find(({ name }) => name === target.module)?.label ?? target.module;
  }
  const form = CHANNEL_FORMS.find(({ kind }) => kind === target.kind);
  return form === undefined ? target.kind : text(form.title);
}

/** Where a channel leads, as people know it; secrets of a webhook are not shown. */
export function addressOf(target: ChannelTarget, kinds: ChannelKinds | undefined): string {
  switch (target.kind) {
    case 'sms':
    case 'whatsapp':
    case 'voice':
    case 'email':
      return target.to;
    case 'telegram':
      return target.chatId;
    case 'webhook':
      return target.url;
    case 'ntfy':
      return `${target.server}/${target.topic}`;
    case 'module':
      return moduleAddress(target, kinds);
    case 'web_push':
      return new URL(target.endpoint).host;
    default:
      return '';
  }
}

/** Fields stand in the order in which the module asks for them: storage has an order of its own. */
function moduleAddress(
  { module, address }: Extract<ChannelTarget, { kind: 'module' }>,
  kinds: ChannelKinds | undefined,
): string {
  if (typeof address === 'string') return address;
  const { fields = address } = kinds?.modules.find(({ name }) => name === module)?.address ?? {};
  return Object.keys(fields)
    .map((field) => address[field] ?? '')
    .filter((each) => each !== '')
    .join(', ');
}
