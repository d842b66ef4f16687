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
  } else if (pathname.startsWith('/assets/') || /^\/(theme\.js|icon\.svg|app\.webmanifest)$/.test(pathname)) {
    event.respondWith(asset(request));
  }
});

/** A push brings {title, body, url, tag}; the same tag again replaces the notice. */
addEventListener('push', (event) => {
  const { title = 'uBot', body = '', url = '/', tag } = event.data?.json() ?? {};
  event.waitUntil(registration.showNotification(title, { body, tag, icon: '/icon.svg', data: { url } }));
});

addEventListener('notificationclick', (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? '/', location.origin);
  event.waitUntil(
    (async () => {
      if (url.origin !== location.origin) return;
      const [open] = await clients.matchAll({ type: 'window' });
      if (open === undefined) await clients.openWindow(url.href);
      else await (await open.focus()).navigate(url.href);
    })(),
  );
});
