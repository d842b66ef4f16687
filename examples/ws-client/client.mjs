/**
 * Follows the market and your alerts. `node examples/ws-client/client.mjs http://localhost:3000 TOKEN [json|binary]`
 * Prints a line for each frame and each alert. Comes back after a drop, and misses no alert.
 */
import { WebSocket } from 'ws';
import { takeBytes, takeJson } from './market.mjs';

const [url, token, format = 'json'] = process.argv.slice(2);
if (token === undefined) {
  console.error('usage: node examples/ws-client/client.mjs http://localhost:3000 TOKEN [json|binary]');
  process.exit(2);
}
let afterSequence; // of the last alert that was printed
let waitMs = 500;

function connect() {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, { headers: { authorization: `Bearer ${token}` } });
  const send = (message) => socket.send(JSON.stringify(message));
  const market = { coins: new Map(), columns: [], sequence: 0 };
  const show = (isWhole) => {
    if (!isWhole) send({ type: 'resync', id: 'market' });
    else
      console.log(
        `market ${market.sequence}: ${market.coins.size} coins, first at ${[...market.coins.values()][0]?.[1]}`,
      );
  };
  const take = {
    subscribed: (message) => (afterSequence = message.afterSequence ?? afterSequence),
    snapshot: (message) => show(takeJson(market, message)),
    delta: (message) => show(takeJson(market, message)),
    alert: ({ alert }) => {
      afterSequence = alert.sequence;
      console.log(`alert ${alert.sequence}: ${alert.coin.symbol} ${alert.strategyName}: ${alert.explanation}`);
    },
    error: ({ code, detail }) => console.error(`${code}: ${detail}`),
    goodbye: ({ reconnectAfterMs }) => (waitMs = reconnectAfterMs),
  };
  socket.on('open', () => {
    send({ type: 'subscribe', id: 'market', stream: 'market', format });
    send({ type: 'subscribe', id: 'alerts', stream: 'alerts', ...(afterSequence && { afterSequence }) });
  });
  socket.on('message', (data, isBytes) => {
    waitMs = 500;
    if (isBytes) return show(takeBytes(market, data));
    const message = JSON.parse(data);
    take[message.type]?.(message);
  });
  socket.on('error', (error) => console.error(error.message));
  socket.on('close', () => setTimeout(connect, (waitMs = Math.min(2 * waitMs, 15_000))));
}
connect();
