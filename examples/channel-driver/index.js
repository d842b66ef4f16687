// A channel driver: sends uBot's alerts to a Gotify server (https://gotify.net). Copy it and change what it speaks to.
// It is loaded by UBOT_MODULES_FILE and runs in a thread of its own: it may hang or fail, and nobody else waits for it.

let baseUrl;

/** @type {import('@ubot/contracts').ChannelModule} */
export default {
  // Called once, with "options" of the modules file. Throw a sentence when you cannot work with them: uBot then does not
  // start, and shows it.
  config(options) {
    if (!URL.canParse(options?.baseUrl)) throw new Error('options.baseUrl has to be the address of a Gotify server');
    baseUrl = options.baseUrl.replace(/\/$/, '');
    return {
      label: 'Gotify',
      // What users give as the address of their channel, and how it is checked before anything comes here.
      address: { about: 'the token of a Gotify application', pattern: '^A[A-Za-z0-9._-]{14}$' },
    };
  },

  // Called for every message. Say how it ended; never say "retry" when the other side may have taken it, because then it
  // comes twice. What throws counts as "unknown", and so does no answer in time: pass the signal on.
  async process({ address, title, text }, { signal }) {
    const answer = await fetch(`${baseUrl}/message`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-gotify-key': address },
      body: JSON.stringify({ title, message: text, priority: 8 }),
      signal,
    });
    if (answer.ok) return { kind: 'accepted', messageId: String((await answer.json()).id) };
    if (answer.status === 429) return { kind: 'retry', detail: 'Gotify is busy.', retryAfterMs: 30_000 };
    if (answer.status >= 500) return { kind: 'unknown', detail: `Gotify answered ${answer.status}.` };
    return { kind: 'refused', detail: `Gotify answered ${answer.status}.` };
  },

  // There may also be lookUp({ id, address, text, reference }): { kind: 'found', messageId }, 'absent' or 'inconclusive'.
  // Without it a message of unknown fate stays unknown; with "repeatable: true" in config it is sent again instead.
};
