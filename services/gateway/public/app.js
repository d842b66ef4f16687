/** The page: sign in, then the market and your alerts, live over /ws. No framework; every text goes in as text. */

const ALERTS_SHOWN = 100;
const RECONNECT_FIRST_MS = 500;
const RECONNECT_MOST_MS = 15_000;

const byId = (id) => document.getElementById(id);
const state = {
  signedIn: false,
  challenge: null,
  photo: null,
  alertIds: new Set(),
  lastSequence: null,
  retryMs: RECONNECT_FIRST_MS,
  socket: null,
  offline: false,
  market: null,
  columns: [],
  live: new Map(),
  sequence: 0,
};

// --- Numbers as people read them ---------------------------------------------------------------------------------

function price(value) {
  if (value >= 1_000) return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  if (value >= 1) return value.toFixed(value >= 100 ? 2 : 4);
  return value >= 1e-6 ? value.toFixed(Math.min(12, 3 - Math.floor(Math.log10(value)))) : value.toPrecision(4);
}
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });
const usd = (value) => (value === null ? '—' : `$${compact.format(value)}`);
const percent = (value) => (value === null ? '—' : `${value > 0 ? '+' : ''}${value.toFixed(2)} %`);

function ageText(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 90 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

// --- Elements ----------------------------------------------------------------------------------------------------

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function changeCell(value, extra = '') {
  const direction = value === null || value === 0 ? '' : value > 0 ? 'up' : 'down';
  return element('td', `number ${direction} ${extra}`, percent(value));
}

function coinRow(coin) {
  const row = element('tr');
  const name = element('td', '', coin.name);
  name.append(element('span', 'symbol', coin.symbol));
  row.append(
    element('td', 'number wide', coin.rank ?? '—'),
    name,
    element('td', 'number', `$${price(coin.priceUsd)}`),
    changeCell(coin.percentChange1h, 'wide'),
    changeCell(coin.percentChange24h),
    changeCell(coin.percentChange7d, 'wide'),
    element('td', 'number wide', usd(coin.marketCapUsd)),
    element('td', 'number wide', usd(coin.volume24hUsd)),
  );
  return row;
}

function alertItem(alert) {
  const item = element('li');
  const when = element('time', '', new Date(alert.triggeredAtMs).toLocaleString());
  when.dateTime = new Date(alert.triggeredAtMs).toISOString();
  item.append(
    element('strong', '', `${alert.coin.symbol} · ${alert.strategyName}`),
    when,
    element('span', 'why', `${alert.explanation} — price $${price(alert.priceUsd)}${alert.late ? ' — late' : ''}`),
  );
  return item;
}

// --- Drawing -----------------------------------------------------------------------------------------------------

function drawMarket() {
  const { photo } = state;
  if (photo === null) return;
  const wanted = byId('search').value.trim().toLowerCase();
  const coins = photo.coins.filter((c) => wanted === '' || `${c.name} ${c.symbol}`.toLowerCase().includes(wanted));
  byId('coins').replaceChildren(...coins.slice(0, 500).map(coinRow));

  const figures =
    photo.global === null
      ? []
      : [
          ['Market cap', usd(photo.global.totalMarketCapUsd)],
          ['Volume 24h', usd(photo.global.totalVolume24hUsd)],
          [
            'BTC dominance',
            photo.global.btcDominancePct === null ? '—' : `${photo.global.btcDominancePct.toFixed(1)} %`,
          ],
          [
            'ETH dominance',
            photo.global.ethDominancePct === null ? '—' : `${photo.global.ethDominancePct.toFixed(1)} %`,
          ],
          ['Coins', photo.coins.length.toLocaleString('en-US')],
        ];
  byId('global').replaceChildren(
    ...figures.map(([label, value]) => {
      const figure = element('div');
      figure.append(element('dt', '', label), element('dd', '', value));
      return figure;
    }),
  );
}

/** Source and freshness are always visible: who says so, how old, and whether it is real. */
function drawSource() {
  const line = byId('source');
  const { photo, market } = state;
  line.hidden = photo === null;
  if (photo === null) return;
  const ageMs = Date.now() - photo.takenAtMs;
  const pollMs = market?.pollIntervalMs ?? 300_000;
  const stale = ageMs > 3 * pollMs;
  const since = new Date(photo.takenAtMs).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const freshness = stale ? `stale since ${since}` : ageText(ageMs);
  const offline = state.offline ? ' · connection lost, trying again' : '';
  line.textContent = photo.demo
    ? `Demo market: prices are simulated · ${freshness}${offline}`
    : `${photo.label}, ${freshness}${offline}`;
  line.classList.toggle('warn', photo.demo || stale || state.offline);
}

function showAlert(alert, list = byId('alerts')) {
  if (state.alertIds.has(alert.id)) return;
  state.alertIds.add(alert.id);
  if (state.lastSequence === null || BigInt(alert.sequence) > BigInt(state.lastSequence))
    state.lastSequence = alert.sequence;
  byId('no-alerts').hidden = true;
  list.prepend(alertItem(alert));
  while (list.children.length > ALERTS_SHOWN) list.lastElementChild.remove();
}

// --- Talking to the gateway --------------------------------------------------------------------------------------

async function api(path, options = {}) {
  const answer = await fetch(`/api/v1${path}`, {
    ...options,
    headers: {
      ...(options.body && { 'content-type': 'application/json' }),
    },
  });
  const body = answer.status === 204 ? null : await answer.json();
  if (answer.status === 401 && state.signedIn) signedOut();
  if (!answer.ok) throw Object.assign(new Error(body.detail ?? body.title), { code: body.code });
  return body;
}

async function refreshPhoto() {
  state.photo = await api('/photo');
  drawMarket();
  drawSource();
}

/** New numbers for the coins on the page; the photo is fetched again only for coins whose names are not known. */
function showMarket({ snapshotId, takenAtMs, label, demo, global }) {
  const known = new Map(state.photo?.coins.map((coin) => [coin.id, coin]));
  const coins = [...state.live.values()].map((numbers) =>
    known.has(numbers.id) ? { ...known.get(numbers.id), ...numbers } : null,
  );
  if (state.photo === null || coins.includes(null)) {
    refreshPhoto().catch(() => undefined);
    return;
  }
  Object.assign(state.photo, { snapshotId, takenAtMs, label, demo, global, coins });
  drawMarket();
  drawSource();
}

/** A snapshot has every column of every coin; a delta, after the frame before it, those whose bit is set. */
function takeMarket(frame) {
  if (frame.type === 'snapshot') {
    state.columns = frame.columns;
    state.live = new Map(
      frame.rows.map((row) => [row[0], Object.fromEntries(frame.columns.map((column, index) => [column, row[index]]))]),
    );
  } else if (frame.sequence !== state.sequence + 1) {
    state.socket.send(JSON.stringify({ type: 'resync', id: 'market' }));
    return;
  } else {
    for (const id of frame.removed) state.live.delete(id);
    for (const [id, mask, ...values] of frame.rows) {
      const coin = { ...state.live.get(id), id };
      let next = 0;
      state.columns.slice(1).forEach((column, bit) => {
        if (mask & (1 << bit)) coin[column] = values[next++];
      });
      state.live.set(id, coin);
    }
  }
  state.sequence = frame.sequence;
  showMarket(frame);
}

function connect() {
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`);
  state.socket = socket;
  socket.addEventListener('open', () => {
    socket.send(JSON.stringify({ type: 'subscribe', id: 'market', stream: 'market' }));
    socket.send(
      JSON.stringify({
        type: 'subscribe',
        id: 'alerts',
        stream: 'alerts',
        ...(state.lastSequence !== null && { afterSequence: state.lastSequence }),
      }),
    );
    state.retryMs = RECONNECT_FIRST_MS;
    state.offline = false;
    drawSource();
  });
  socket.addEventListener('message', ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === 'alert') showAlert(frame.alert);
    // Until the first alert, this is what to resume after.
    if (frame.type === 'subscribed' && frame.stream === 'alerts') state.lastSequence = frame.afterSequence;
    if (frame.stream === 'market' && frame.topic !== undefined && frame.sequence !== undefined) takeMarket(frame);
    if (frame.type === 'goodbye') state.retryMs = frame.reconnectAfterMs;
  });
  socket.addEventListener('close', () => {
    if (state.socket !== socket || !state.signedIn) return;
    state.offline = true;
    drawSource();
    setTimeout(() => state.signedIn && connect(), state.retryMs);
    state.retryMs = Math.min(RECONNECT_MOST_MS, state.retryMs * 2);
  });
}

async function signedIn() {
  state.signedIn = true;
  byId('sign-in').hidden = true;
  byId('signed-in').hidden = false;
  byId('sign-out').hidden = false;
  const [{ alerts }, sources] = await Promise.all([api('/alerts?limit=50'), api('/sources')]);
  state.market = sources.find((source) => source.active)?.market ?? null;
  for (const alert of alerts.toReversed()) showAlert(alert);
  await refreshPhoto().catch(() => undefined);
  connect();
}

function signedOut() {
  Object.assign(state, { signedIn: false, challenge: null, photo: null, lastSequence: null });
  state.alertIds.clear();
  state.socket?.close();
  byId('alerts').replaceChildren();
  byId('signed-in').hidden = true;
  byId('sign-out').hidden = true;
  byId('sign-in').hidden = false;
  drawSource();
}

function showSecondFactor(challenge) {
  state.challenge = challenge;
  byId('second-factor').hidden = challenge === null;
  byId('password-part').hidden = challenge !== null;
  const code = byId('second-factor').querySelector('input');
  code.required = challenge !== null;
  for (const input of byId('password-part').querySelectorAll('input')) input.disabled = challenge !== null;
  if (challenge !== null) code.focus();
}

/** The session is a cookie that no script can read: nothing of it is kept here. */
async function trySignIn(form) {
  if (state.challenge !== null) {
    const body = { challenge: state.challenge, code: form.get('code'), cookie: true };
    await api('/auth/sign-in/second-factor', { method: 'POST', body: JSON.stringify(body) });
    return true;
  }
  const body = { email: form.get('email'), password: form.get('password'), cookie: true };
  if (form.get('newPassword')) body.newPassword = form.get('newPassword');
  const answer = await api('/auth/sign-in', { method: 'POST', body: JSON.stringify(body) });
  if (answer.secondFactor === undefined) return true;
  showSecondFactor(answer.secondFactor.challenge);
  return false;
}

byId('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  byId('sign-in-error').textContent = '';
  try {
    if (!(await trySignIn(new FormData(event.target)))) return;
    event.target.reset();
    showSecondFactor(null);
    await signedIn();
  } catch (error) {
    if (error.code === 'PASSWORD_CHANGE_REQUIRED') {
      byId('new-password').hidden = false;
      byId('new-password').querySelector('input').required = true;
      byId('new-password').querySelector('input').focus();
      return;
    }
    // A challenge that is too old, or was answered wrongly too often, begins again.
    if (error.code === 'LINK_INVALID') showSecondFactor(null);
    byId('sign-in-error').textContent = error.message;
  }
});

byId('sign-out').addEventListener('click', async () => {
  await api('/auth/sign-out', { method: 'POST' }).catch(() => undefined);
  signedOut();
});
byId('search').addEventListener('input', drawMarket);
setInterval(drawSource, 1_000);

async function begin() {
  const said = new URLSearchParams(location.search);
  if (said.has('sign_in_error')) {
    byId('sign-in-error').textContent = said.get('detail') ?? 'The sign-in did not succeed.';
    history.replaceState(null, '', '/');
  }
  const { signUp, issuer } = await api('/auth/options');
  byId('make-account').hidden = signUp !== 'open';
  byId('issuer').hidden = issuer === null;
  byId('issuer').textContent = `Sign in with ${issuer}`;
  const me = await fetch('/api/v1/me');
  if (me.ok) await signedIn();
  else signedOut();
}
begin().catch(() => signedOut());
