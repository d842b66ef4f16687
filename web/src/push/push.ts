import type { AlertWithNotifications, Channel } from '@ubot/contracts';
import { ask, keyOf, queries, useApi } from '../api/api.ts';
import { createStore, useStore } from '../lib/store.ts';
import { text, type TextKey } from '../texts/i18n.ts';
import { browserName } from './browserName.ts';
import { askForNotices, noticePermission, useNoticePermission } from './permission.ts';

/** Push messages to this browser: notices that come while no page of uBot is open. */
const CHANNELS = 'GET /api/v1/channels';
/** A browser that cannot reach its maker's push service may never answer. */
const SUBSCRIBE_MS = 15_000;

/** `denied`: blocked for this address by the person. `on`: a channel of the user's leads here. */
export type PushState = 'unsupported' | 'denied' | 'off' | 'on';

const isSupported = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
/** Of this browser's subscription; null: it has none. */
const endpoint = createStore<string | null>(null);

/** Looks whether this browser is subscribed: once, when the app starts. */
export async function findSubscription(): Promise<void> {
  if (!isSupported) return;
  const { pushManager } = await navigator.serviceWorker.ready;
  endpoint.set((await pushManager.getSubscription())?.endpoint ?? null);
}

/** The channel among these that leads to this browser. */
export function useChannelHere(channels: readonly Channel[] | undefined): Channel | null {
  const here = useStore(endpoint);
  return channels?.find((channel) => leadsTo(channel, here)) ?? null;
}

const leadsTo = ({ target }: Channel, here: string | null): boolean =>
  here !== null && target.kind === 'web_push' && target.endpoint === here;

export function usePush(): { state: PushState; channel: Channel | null } {
  const permission = useNoticePermission();
  const { data } = useApi(CHANNELS, {}, { staleTime: 60_000 });
  const channel = useChannelHere(data?.channels);
  if (!isSupported || permission === 'unsupported') return { state: 'unsupported', channel };
  if (permission === 'denied') return { state: 'denied', channel };
  return { state: channel === null ? 'off' : 'on', channel };
}

/** Whether an alert comes to this browser as a push message, so that the page need not show it a second time. */
export function isPushedHere({ notifications }: AlertWithNotifications): boolean {
  const known = queries.getQueryData<{ channels: Channel[] }>(keyOf(CHANNELS, {}));
  const channel = known?.channels.find((each) => leadsTo(each, endpoint.get()));
  return channel !== undefined && notifications.some(({ channelId }) => channelId === channel.id);
}

/** Why this browser could not be subscribed, as a sentence for people. */
export class PushProblem extends Error {
  constructor(key: TextKey) {
    super(text(key));
    this.name = 'PushProblem';
  }
}

/**
 * Asks the person, subscribes this browser and makes the channel that leads to it, one of those that new strategies get.
 *
 * Errors: PushProblem, ApiProblem.
 */
export async function switchPushOn(name = browserName(navigator.userAgent)): Promise<Channel> {
  if (!isSupported) throw new PushProblem('push.unsupported');
  if (noticePermission() !== 'granted' && (await askForNotices()) !== 'granted') throw new PushProblem('push.denied');
  const [{ publicKey }, { channels }] = await Promise.all([ask('GET /api/v1/push-key', {}), ask(CHANNELS, {})]);
  const target = await subscribe(publicKey, channels);
  const known = channels.find((channel) => leadsTo(channel, target.endpoint));
  const channel =
    known === undefined
      ? await ask('POST /api/v1/channels', { body: { name, target } })
      : await ask('PUT /api/v1/channels/{id}', { params: { id: known.id }, body: { name, target, enabled: true } });
  endpoint.set(target.endpoint);
  await addToDefaults(channel.id, channels);
  await queries.invalidateQueries({ queryKey: keyOf(CHANNELS) });
  return channel;
}

/** Ends the subscription of this browser: before its channel is deleted. */
export async function unsubscribeHere(): Promise<void> {
  if (!isSupported) return;
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe();
  endpoint.set(null);
}

async function subscribe(publicKey: string, channels: readonly Channel[]) {
  const { pushManager } = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  // That of somebody else who used this browser, or of other keys of uBot's: theirs must not get this user's alerts.
  if (before !== null && !channels.some((channel) => leadsTo(channel, before.endpoint))) await before.unsubscribe();
  const asked = pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(publicKey) });
  const late = new Promise<never>((_resolve, reject) => setTimeout(reject, SUBSCRIBE_MS, new Error('too late')));
  const made = await Promise.race([asked, late]).catch(() => null);
  const { endpoint: address = '', keys: { p256dh = '', auth = '' } = {} } = made?.toJSON() ?? {};
  if (address === '') throw new PushProblem('push.serviceAway');
  return { kind: 'web_push' as const, endpoint: address, keys: { p256dh, auth } };
}

async function addToDefaults(id: string, own: readonly Channel[]): Promise<void> {
  const SETTINGS = 'GET /api/v1/settings';
  const { timeZone, defaultChannelIds } = await ask(SETTINGS, {});
  if (defaultChannelIds.includes(id)) return;
  // Channels that were deleted since are still named.
  const kept = defaultChannelIds.filter((each) => own.some((channel) => channel.id === each));
  await ask('PUT /api/v1/settings', { body: { timeZone, defaultChannelIds: [...kept, id] } });
  await queries.invalidateQueries({ queryKey: keyOf(SETTINGS) });
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const plain = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}
