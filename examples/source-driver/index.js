// A source driver: prices of Binance's public API (GET /api/v3/ticker/24hr). Copy it and change what it asks.
// It is loaded by UBOT_MODULES_FILE and runs in a thread of its own. uBot keeps the time, and calls `process` for each poll.

let baseUrl;
let coins;

/** @type {import('@ubot/contracts').SourceModule} */
export default {
  // Called once, with "options" of the modules file: { "coins": [{ "id": 1, "symbol": "BTC", "pair": "BTCUSDT" }] }.
  // uBot knows a coin by its CoinMarketCap id, because symbols are neither unique nor permanent.
  config(options) {
    coins = options?.coins;
    if (!Array.isArray(coins) || coins.length === 0) throw new Error('options.coins has to list coins');
    baseUrl = options.baseUrl ?? 'https://api.binance.com';
    return { label: 'Binance', intervalMs: options.intervalMs ?? 60_000 };
  },

  // Called for every poll; the answer becomes the snapshot of that time. Throw, or let it throw, when there is none: the
  // poll is then counted as failed, and the gap stays a gap. A coin without a usable price is left out by uBot.
  async process({ nominalAtMs }, { signal, log }) {
    const symbols = JSON.stringify(coins.map(({ pair }) => pair));
    const answer = await fetch(`${baseUrl}/api/v3/ticker/24hr?symbols=${encodeURIComponent(symbols)}`, { signal });
    if (!answer.ok) throw new Error(`Binance answered ${answer.status} to the poll of ${nominalAtMs}`);
    const tickers = new Map((await answer.json()).map((ticker) => [ticker.symbol, ticker]));
    const missing = coins.filter(({ pair }) => !tickers.has(pair));
    if (missing.length > 0) log(`Binance does not know ${missing.map(({ pair }) => pair).join(', ')}`);
    return {
      coins: coins
        .filter(({ pair }) => tickers.has(pair))
        .map(({ id, symbol, name, pair }) => ({
          id,
          symbol,
          name,
          priceUsd: Number(tickers.get(pair).lastPrice),
          volume24hUsd: Number(tickers.get(pair).quoteVolume),
          percentChange24h: Number(tickers.get(pair).priceChangePercent),
          providerTimeMs: tickers.get(pair).closeTime,
        })),
    };
  },
};
