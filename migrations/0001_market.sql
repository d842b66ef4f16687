-- The market: written by mother-app alone. Times are UTC.
create schema market;

create table market.coins (
  id integer primary key, -- the provider's permanent id; a symbol is never an identity
  symbol text not null,
  name text not null,
  slug text not null,
  rank integer,
  updated_at timestamptz not null
);
create index coins_symbol on market.coins (lower(symbol));
create index coins_slug on market.coins (slug);

-- One row per poll that was stored. The id orders them: readers ask for "id > the last one I handled".
create table market.snapshots (
  id bigint generated always as identity primary key,
  taken_at timestamptz not null unique, -- the tick's nominal time, not the time of the answer
  source text not null,
  poll_interval_ms integer not null,
  coin_count integer not null,
  left_out_count integer not null default 0, -- coins whose data failed the check
  credit_count integer not null default 0,
  stored_at timestamptz not null default clock_timestamp()
);

-- Keyed (taken_at, coin_id): a snapshot's rows land side by side; days are dropped whole.
create table market.tickers (
  taken_at timestamptz not null,
  coin_id integer not null,
  price_usd double precision not null,
  volume_24h_usd double precision,
  market_cap_usd double precision,
  rank integer,
  percent_change_1h double precision,
  percent_change_24h double precision,
  percent_change_7d double precision,
  provider_time timestamptz,
  primary key (taken_at, coin_id)
) partition by range (taken_at);

create table market.global_metrics (
  taken_at timestamptz primary key,
  source text not null,
  total_market_cap_usd double precision,
  total_volume_24h_usd double precision,
  btc_dominance_pct double precision,
  eth_dominance_pct double precision,
  provider_time timestamptz
);

-- Closed candles only; open ones live in memory and are rebuilt. One family per timeframe, each cut by time so that
-- old candles leave by dropping a partition. volume_24h_usd is the provider's rolling figure at the last sample.
create table market.candles (
  timeframe text not null,
  open_at timestamptz not null,
  coin_id integer not null,
  open double precision not null,
  high double precision not null,
  low double precision not null,
  close double precision not null,
  volume_24h_usd double precision,
  market_cap_usd double precision,
  samples integer not null check (samples > 0),
  -- The time first: the timeframe is the same in a whole partition, and comparing it first would only cost.
  primary key (open_at, coin_id, timeframe)
) partition by list (timeframe);

create table market.candles_1m partition of market.candles for values in ('1m') partition by range (open_at);
create table market.candles_5m partition of market.candles for values in ('5m') partition by range (open_at);
create table market.candles_15m partition of market.candles for values in ('15m') partition by range (open_at);
create table market.candles_30m partition of market.candles for values in ('30m') partition by range (open_at);
create table market.candles_1h partition of market.candles for values in ('1h') partition by range (open_at);
create table market.candles_4h partition of market.candles for values in ('4h') partition by range (open_at);
create table market.candles_12h partition of market.candles for values in ('12h') partition by range (open_at);
create table market.candles_1d partition of market.candles for values in ('1d') partition by range (open_at);
create table market.candles_1w partition of market.candles for values in ('1w') partition by range (open_at);

-- The market's own candles: four metrics, nine timeframes. Small, so one partition each is enough.
create table market.global_candles (
  timeframe text not null,
  metric text not null,
  open_at timestamptz not null,
  open double precision not null,
  high double precision not null,
  low double precision not null,
  close double precision not null,
  samples integer not null check (samples > 0),
  primary key (timeframe, metric, open_at)
) partition by list (timeframe);

create table market.global_candles_1m partition of market.global_candles for values in ('1m');
create table market.global_candles_5m partition of market.global_candles for values in ('5m');
create table market.global_candles_15m partition of market.global_candles for values in ('15m');
create table market.global_candles_30m partition of market.global_candles for values in ('30m');
create table market.global_candles_1h partition of market.global_candles for values in ('1h');
create table market.global_candles_4h partition of market.global_candles for values in ('4h');
create table market.global_candles_12h partition of market.global_candles for values in ('12h');
create table market.global_candles_1d partition of market.global_candles for values in ('1d');
create table market.global_candles_1w partition of market.global_candles for values in ('1w');

-- What the source said last about itself (credits used, last failure) and what a first start has done (history filled).
create table market.source_state (
  source text primary key,
  state jsonb not null,
  updated_at timestamptz not null
);
