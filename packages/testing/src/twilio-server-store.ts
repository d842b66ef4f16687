import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** A message that the server accepted. Two with one body are a message sent twice. */
export interface AcceptedMessage {
  readonly sid: string;
  readonly accountSid: string;
  readonly to: string;
  readonly from: string;
  readonly messagingServiceSid: string | null;
  /** The text as the recipient reads it; a template with its variables filled in. */
  readonly body: string;
  readonly contentSid: string | null;
  readonly contentVariables: string | null;
  readonly statusCallback: string | null;
  readonly validityPeriod: string | null;
  readonly acceptedAtMs: number;
  readonly segments: number;
  /** Where the picture that goes with it is; fetched before it is handed on. */
  readonly mediaUrl?: string | null;
  /** What it costs, in US dollars, and from when on the provider says so. */
  readonly priceUsd: number;
  readonly pricedAtMs: number;
  status: string;
  errorCode: number | null;
  sentAtMs: number | null;
}

export interface MessageStore {
  all(): readonly AcceptedMessage[];
  find(sid: string): AcceptedMessage | undefined;
  add(message: AcceptedMessage): void;
}

/**
 * The accepted messages; with a file, each is a JSON line in it before it is acknowledged, and a server started on the
 * same file knows them again.
 */
export function createMessageStore(recordFile: string | undefined): MessageStore {
  const messages: AcceptedMessage[] = recordFile === undefined ? [] : readRecords(recordFile);
  return {
    all: () => messages,
    find: (sid) => messages.find((message) => message.sid === sid),
    add(message) {
      if (recordFile !== undefined) appendFileSync(recordFile, `${JSON.stringify(message)}\n`);
      messages.push(message);
    },
  };
}

/** The messages of a record file, also while a server writes to it. */
export function readRecords(recordFile: string): AcceptedMessage[] {
  if (!existsSync(recordFile)) return [];
  const lines = readFileSync(recordFile, 'utf8').split('\n').slice(0, -1);
  return lines.map((line): AcceptedMessage => JSON.parse(line));
}

/** A message as the API shows it. */
export function messageResource(message: AcceptedMessage, nowMs: number): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}`;
  return {
    account_sid: message.accountSid,
    api_version: '2010-04-01',
    body: message.body,
    date_created: rfc2822(message.acceptedAtMs),
    date_sent: message.sentAtMs === null ? null : rfc2822(message.sentAtMs),
    date_updated: rfc2822(message.sentAtMs ?? message.acceptedAtMs),
    direction: 'outbound-api',
    error_code: message.errorCode,
    error_message: null,
    from: message.from === '' ? null : message.from,
    messaging_service_sid: message.messagingServiceSid,
    num_media: message.mediaUrl == null ? '0' : '1',
    // A messaging service has not chosen a sender yet when it accepts.
    num_segments: message.messagingServiceSid !== null && message.status === 'queued' ? '0' : String(message.segments),
    price: nowMs >= message.pricedAtMs ? `-${message.priceUsd.toFixed(5)}` : null,
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

function rfc2822(atMs: number): string {
  return new Date(atMs).toUTCString().replace('GMT', '+0000');
}

const PAGE_SIZE = 50;
const PAGE_SIZE_MAX = 1_000;

/** One page of the list, newest first, as the documented filters and paging have it. */
export function messagePage(
  messages: readonly AcceptedMessage[],
  options: { accountSid: string; query: URLSearchParams; nowMs: number },
): Record<string, unknown> {
  const { accountSid, query } = options;
  const matching = messages.filter((message) => matches(message, query)).toReversed();
  const pageSize = Math.min(PAGE_SIZE_MAX, Math.max(1, Number(query.get('PageSize') ?? PAGE_SIZE)));
  const page = Math.max(0, Number(query.get('Page') ?? 0));
  const shown = matching.slice(page * pageSize, (page + 1) * pageSize);
  const uriOf = (number: number): string => {
    const asked = new URLSearchParams(query);
    asked.set('Page', String(number));
    asked.set('PageSize', String(pageSize));
    return `/2010-04-01/Accounts/${accountSid}/Messages.json?${asked.toString()}`;
  };
  return {
    end: page * pageSize + Math.max(0, shown.length - 1),
    first_page_uri: uriOf(0),
    messages: shown.map((message) => messageResource(message, options.nowMs)),
    next_page_uri: (page + 1) * pageSize < matching.length ? uriOf(page + 1) : null,
    page,
    page_size: pageSize,
    previous_page_uri: page === 0 ? null : uriOf(page - 1),
    start: page * pageSize,
    uri: uriOf(page),
  };
}

function matches(message: AcceptedMessage, query: URLSearchParams): boolean {
  const to = query.get('To');
  const from = query.get('From');
  if (to !== null && message.to !== to) return false;
  if (from !== null && message.from !== from) return false;
  return ['DateSent', 'DateSent<', 'DateSent>'].every((name) => {
    const text = query.get(name);
    if (text === null) return true;
    // What has not been sent yet has no date to compare.
    if (message.sentAtMs === null) return false;
    const wanted = Date.parse(text);
    if (name === 'DateSent<') return message.sentAtMs <= wanted;
    if (name === 'DateSent>') return message.sentAtMs >= wanted;
    return new Date(message.sentAtMs).toISOString().slice(0, 10) === new Date(wanted).toISOString().slice(0, 10);
  });
}
