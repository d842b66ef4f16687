import { createStore, useStore } from '../lib/store.ts';

/** Whether this browser shows notices; `unsupported` where it has none (an insecure address, an old browser). */
export type NoticePermission = NotificationPermission | 'unsupported';
const isSupported = 'Notification' in window && 'serviceWorker' in navigator;
const permission = createStore<NoticePermission>(isSupported ? Notification.permission : 'unsupported');

export const useNoticePermission = (): NoticePermission => useStore(permission);
export const noticePermission = (): NoticePermission => permission.get();

/** Asks the person; only in answer to a click, as browsers want it. */
export async function askForNotices(): Promise<NoticePermission> {
  if (isSupported) permission.set(await Notification.requestPermission());
  return permission.get();
}
