import type { AlertWithNotifications } from '@ubot/contracts';
import { createStore, useStore } from '../lib/store.ts';
import { useLive } from '../live/live.ts';
import { toastAlert } from '../ui/toasts.tsx';

/** Whether this browser shows notices; `unsupported` where it has none (an insecure address, an old browser). */
export type NoticePermission = NotificationPermission | 'unsupported';
const isSupported = 'Notification' in window && 'serviceWorker' in navigator;
const permission = createStore<NoticePermission>(isSupported ? Notification.permission : 'unsupported');

export const useNoticePermission = (): NoticePermission => useStore(permission);

/** Asks the person; only in answer to a click, as browsers want it. */
export async function askForNotices(): Promise<NoticePermission> {
  if (isSupported) permission.set(await Notification.requestPermission());
  return permission.get();
}

/** The worker that shows notices and lets the app open without a network. */
export function startWorker(): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined));
}

export const coinPath = (coinId: number): string => `/coins/${coinId}`;

/** Each alert of the user's, as it comes: a toast on whatever page is open, and a notice of the system where allowed. */
export function useAlertNotices(): void {
  useLive({ stream: 'alerts' }, (frame) => {
    if (frame.type !== 'alert') return;
    const { alert } = frame;
    toastAlert({ title: titleOf(alert), sentence: alert.explanation, href: coinPath(alert.coin.id) });
    if (permission.get() === 'granted') void show(alert);
  });
}

const titleOf = ({ coin, strategyName }: AlertWithNotifications): string => `${coin.symbol} · ${strategyName}`;

/** One notice however many tabs are open: they share the tag. */
async function show(alert: AlertWithNotifications): Promise<void> {
  const worker = await navigator.serviceWorker.ready;
  await worker.showNotification(titleOf(alert), {
    body: alert.explanation,
    tag: alert.id,
    icon: '/icon.svg',
    data: { url: coinPath(alert.coin.id) },
  });
}
