import type { AlertWithNotifications, CandleWire, Timeframe } from '@ubot/contracts';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { formatCompactUsd, formatPercent, formatPrice } from '../../lib/format.ts';
import { useShade } from '../../shell/theme.ts';
import { useText } from '../../texts/i18n.ts';
import './chart.css';
import { timeText } from './chartTimes.ts';
import { createCoinChart, type CoinChart, type OutputValue } from './coinChart.ts';
import type { ChosenIndicator } from './indicators.ts';

interface ChartProps {
  name: string;
  candles: readonly CandleWire[];
  timeframe: Timeframe;
  indicators: readonly ChosenIndicator[];
  alerts: readonly AlertWithNotifications[];
  onOlder: () => void;
}

const ZOOM = 1.25;

/** The chart and the line above it that says what the candle under the pointer is made of. */
export function Chart({ name, candles, timeframe, indicators, alerts, onOlder }: ChartProps): ReactElement {
  const text = useText();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<CoinChart | null>(null);
  const older = useRef(onOlder);
  const [shown, setShown] = useState<{ candle: CandleWire; values: readonly OutputValue[] } | null>(null);
  const [isByKey, setByKey] = useState(false);
  const shade = useShade();

  useEffect(() => {
    older.current = onOlder;
  });
  useEffect(() => {
    if (place.current === null) return undefined;
    const made = createCoinChart(place.current, {
      read: (candle, values) => setShown({ candle, values }),
      nearBeginning: () => older.current(),
    });
    chart.current = made;
    return () => {
      made.destroy();
      chart.current = null;
    };
  }, []);
  useEffect(() => chart.current?.setCandles(candles, timeframe), [candles, timeframe]);
  useEffect(() => chart.current?.setIndicators(indicators), [indicators]);
  useEffect(() => chart.current?.setAlerts(alerts), [alerts]);
  useEffect(() => {
    // The tokens have changed with the shade, which is on the page by now.
    if (shade !== undefined) chart.current?.recolour();
  }, [shade]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const made = chart.current;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => made?.step(event.shiftKey ? -10 : -1),
      ArrowRight: () => made?.step(event.shiftKey ? 10 : 1),
      '+': () => made?.zoom(ZOOM),
      '-': () => made?.zoom(1 / ZOOM),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    setByKey(true);
    act();
  };
  return (
    <figure className="chart">
      <figcaption className="chart-legend number" aria-live={isByKey ? 'polite' : 'off'}>
        {shown !== null && <Legend {...shown} timeframe={timeframe} />}
      </figcaption>
      {/* A picture to look at, and to walk through with the arrow keys: the legend then reads the candle out. */}
      <div
        ref={place}
        className="chart-place"
        role="img"
        tabIndex={0}
        aria-label={text('coin.chart', { name, timeframe })}
        onKeyDown={onKeyDown}
        onPointerMove={() => setByKey(false)}
      />
    </figure>
  );
}

function Legend({
  candle,
  values,
  timeframe,
}: {
  candle: CandleWire;
  values: readonly OutputValue[];
  timeframe: Timeframe;
}): ReactElement {
  const text = useText();
  const { open, high, low, close, volume24hUsd, samples, closed } = candle;
  const direction = close > open ? 'up' : close < open ? 'down' : '';
  const parts: readonly (readonly [string, string])[] = [
    [text('coin.open'), formatPrice(open)],
    [text('coin.high'), formatPrice(high)],
    [text('coin.low'), formatPrice(low)],
    [text('coin.close'), formatPrice(close)],
  ];
  return (
    <>
      <time dateTime={new Date(candle.openAtMs).toISOString()}>{timeText(candle.openAtMs, timeframe)}</time>
      {parts.map(([label, value]) => (
        <span key={label}>
          <abbr title={label}>{label.slice(0, 1)}</abbr> <b className={direction}>{value}</b>
        </span>
      ))}
      <b className={direction}>{formatPercent(((close - open) / open) * 100)}</b>
      <span>
        {text('coin.volume')} {formatCompactUsd(volume24hUsd)}
      </span>
      <span className="samples">
        {text('coin.samplesAbout', { count: samples })}
        {!closed && `, ${text('coin.stillOpen')}`}
      </span>
      {values.map(({ label, value, colour }) => (
        <span key={label} className="output">
          <i style={{ background: `var(${colour})` }} aria-hidden="true" /> {label} <b>{value}</b>
        </span>
      ))}
    </>
  );
}
