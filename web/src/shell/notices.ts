import type { AlertWithNotifications } from '@ubot/contracts';
import { useLive } from '../live/live.ts';
import { PATHS } from '../paths.ts';
import { noticePermission } from '../push/permission.ts';
import { findSubscription, isPushedHere } from '../push/push.ts';
import { toastAlert } from '../ui/toasts.tsx';

/** The worker that shows notices and lets the app open without a network. */
export function startWorker(): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined));
  void findSubscription();
}

const coinPath = (coinId: number): string => PATHS.coin.replace(':id', String(coinId));
const alertPath = (id: string): string => PATHS.alert.replace(':id', id);

/** Each alert of the user's, as it comes: a toast on whatever page is open, and a notice of the system where allowed. */
export function useAlertNotices(): void {
  useLive({ stream: 'alerts' }, (frame) => {
    if (frame.type !== 'alert') return;
    const { alert } = frame;
    toastAlert({ title: titleOf(alert), sentence: alert.explanation, href: coinPath(alert.coin.id) });
    if (noticePermission() === 'granted' && !isPushedHere(alert)) void show(alert);
  });
}

const titleOf = ({ coin, strategyName }: AlertWithNotifications): string => `${coin.symbol} · ${strategyName}`;

/** One notice however many tabs are open: they share the tag. */
async function show(alert: AlertWithNotifications): Promise<void> {
  const worker = await navigator.serviceWorker.ready;
  await worker.showNotification(titleOf(alert), {
    body: alert.explanation,
    tag: alert.id,
    icon: '/icon-192.png',
    badge: '/badge-96.png',
    data: { url: alertPath(alert.id) },
  });
}
