/**
 * The service worker: the app opens without a network and says so, and notices come while no page is open. Answers of the
 * API are never kept.
 */
const SHELL = 'ubot-shell';
/** Files of older builds go when there are more than this. */
const KEPT_FILES = 60;

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

async function keep(request, answer) {
  if (!answer.ok || answer.redirected) return;
  const cache = await caches.open(SHELL);
  await cache.put(request, answer);
  const names = await cache.keys();
  const files = names.filter(({ url }) => new URL(url).pathname.startsWith('/assets/'));
  await Promise.all(files.slice(0, Math.max(0, files.length - KEPT_FILES)).map((old) => cache.delete(old)));
}

/** The page as it is now; the one that was kept when nobody answers. */
async function page(request) {
  try {
    const answer = await fetch(request);
    void keep('/', answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.match('/');
    if (kept === undefined) throw error;
    return kept;
  }
}

/** Their names hold their hash: what is kept is right. */
async function asset(request) {
  const kept = await caches.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  void keep(request, answer.clone());
  return answer;
}

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') {
    // Only the app's own pages; the reference and the links of letters go straight through.
    if (pathname.startsWith('/api/') || pathname.startsWith('/a/')) return;
    event.respondWith(page(request));
  } else if (
    pathname.startsWith('/assets/') ||
    /^\/(theme\.js|icon\.svg|(icon|badge)-[a-z0-9-]+\.png|app\.webmanifest)$/.test(pathname)
  ) {
    event.respondWith(asset(request));
  }
});

/** What is shown where a notice stands: the app's mark, and the one-coloured sign of Android's status bar. */
const PICTURES = { icon: '/icon-192.png', badge: '/badge-96.png' };

/**
 * A push brings {title, body, url, tag, alertId}; the same tag again replaces the notice. Without a public address uBot
 * sends no url: this origin knows where the alert is.
 */
addEventListener('push', (event) => {
  const { title = 'uBot', body = '', tag, alertId, url } = payloadOf(event);
  const leadsTo = url ?? (alertId === undefined ? '/' : `/alerts/${alertId}`);
  event.waitUntil(registration.showNotification(title, { body, tag, ...PICTURES, data: { url: leadsTo } }));
});

/** A browser takes the permission away from who shows nothing, so that what cannot be read is shown as well. */
function payloadOf({ data }) {
  try {
    return data?.json() ?? {};
  } catch {
    return { body: data.text() };
  }
}

/** The browser's push service has given this browser another address: its channel gets it, so that alerts go on. */
addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(
    (async () => {
      const { oldSubscription, newSubscription } = event;
      if (oldSubscription === null || oldSubscription === undefined) return;
      const { applicationServerKey } = oldSubscription.options;
      const now =
        newSubscription ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
      const { endpoint, keys } = now.toJSON();
      const answer = await fetch('/api/v1/channels');
      if (!answer.ok) return;
      const { channels } = await answer.json();
      const channel = channels.find(({ target }) => target.endpoint === oldSubscription.endpoint);
      if (channel === undefined) return;
      const { p256dh, auth } = keys;
      await fetch(`/api/v1/channels/${channel.id}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: channel.name, target: { kind: 'web_push', endpoint, keys: { p256dh, auth } } }),
      });
    })(),
  );
});

addEventListener('notificationclick', (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? '/', location.origin);
  event.waitUntil(
    (async () => {
      // A link of a message leads to uBot's public address, which need not be the one that this browser uses.
      const here = new URL(`${url.pathname}${url.search}${url.hash}`, location.origin);
      const [open] = await clients.matchAll({ type: 'window' });
      if (open === undefined) await clients.openWindow(here.href);
      else await (await open.focus()).navigate(here.href);
    })(),
  );
});
