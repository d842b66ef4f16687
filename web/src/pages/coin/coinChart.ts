import type { AlertWithNotifications, CandleWire, Timeframe } from '@ubot/contracts';
import { timeframeOpenMs } from '@ubot/market';
import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  LineSeries,
  type IChartApi,
  type ISeriesApi,
  type SeriesType,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { formatNumber, formatPrice } from '../../lib/format.ts';
import { definitionOf, indicatorColumns, labelOf, type ChosenIndicator } from './indicators.ts';
import { tickText, timeText } from './chartTimes.ts';

/** The chart library counts in seconds. */
const chartTime = (atMs: number): UTCTimestamp => (atMs / 1_000) as UTCTimestamp;
const LOAD_OLDER_BEFORE = 30;
const FEWEST_BARS = 40;
const BAR_PX = 8;
const PANE_PX = 120;
const LINES = ['--line-a', '--line-b', '--line-c', '--line-d', '--line-e', '--line-f'] as const;

export interface CoinChart {
  setCandles(candles: readonly CandleWire[], timeframe: Timeframe): void;
  setIndicators(chosen: readonly ChosenIndicator[]): void;
  setAlerts(alerts: readonly AlertWithNotifications[]): void;
  /** The colours of the tokens, as they are now. */
  recolour(): void;
  /** Moves the crosshair by so many candles; for the keyboard. */
  step(by: number): void;
  zoom(factor: number): void;
  destroy(): void;
}

/** What an output says at a candle: "rsi(14)", "57.72", and the token of its line's colour. */
export interface OutputValue {
  readonly label: string;
  readonly value: string;
  readonly colour: string;
}

interface Line {
  readonly series: ISeriesApi<SeriesType>;
  readonly label: string;
  readonly isPrice: boolean;
  column: Float64Array;
  readonly chosen: ChosenIndicator;
  readonly output: number;
  readonly colour: string;
}

/** Candles, volume, indicators and alerts; everything that is drawn, and nothing of React. */
export function createCoinChart(
  place: HTMLElement,
  on: {
    /** The candle under the pointer, or the last one, with what the indicators say there. */
    read(candle: CandleWire, values: readonly OutputValue[]): void;
    nearBeginning(): void;
  },
): CoinChart {
  const token = (name: string): string => getComputedStyle(place).getPropertyValue(name).trim();
  let candles: readonly CandleWire[] = [];
  let timeframe: Timeframe = '1h';
  let indicators: readonly ChosenIndicator[] = [];
  let alerts: readonly AlertWithNotifications[] = [];
  let lines: Line[] = [];
  let hovered: number | null = null;

  const chart: IChartApi = createChart(place, {
    autoSize: true,
    // The library's logo brings a style element of its own; the link that its licence asks for stands below the chart.
    layout: { attributionLogo: false, panes: { enableResize: true } },
    crosshair: { mode: 0 },
    rightPriceScale: { borderVisible: false },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      rightOffset: 8,
      tickMarkFormatter: (time: Time) => tickText(Number(time) * 1_000, timeframe),
    },
    localization: { timeFormatter: (time: Time) => timeText(Number(time) * 1_000, timeframe) },
  });
  const main = chart.addSeries(CandlestickSeries, {
    priceFormat: { type: 'custom', minMove: 1e-12, formatter: (price: number) => formatPrice(price) },
    borderVisible: false,
  });
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: 'volume',
    priceFormat: { type: 'volume' },
    priceLineVisible: false,
    lastValueVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
  const markers = createSeriesMarkers(main, []);

  const byTime = (time: unknown): CandleWire | undefined =>
    candles.find(({ openAtMs }) => chartTime(openAtMs) === time);
  chart.subscribeCrosshairMove(({ time }) => {
    const candle = time === undefined ? undefined : byTime(time);
    hovered = candle === undefined ? null : candles.indexOf(candle);
    read();
  });
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (range !== null && range.from < LOAD_OLDER_BEFORE && candles.length > 0) on.nearBeginning();
  });

  const read = (): void => {
    const at = hovered ?? candles.length - 1;
    const candle = candles[at];
    if (candle === undefined) return;
    const values = lines.map(({ label, column, colour, isPrice }) => ({
      label,
      value: lineText(column[at] ?? Number.NaN, isPrice),
      colour,
    }));
    on.read(candle, values);
  };
  const bar = ({ openAtMs, open, high, low, close }: CandleWire) => ({
    time: chartTime(openAtMs),
    open,
    high,
    low,
    close,
  });
  const volumeBar = ({ openAtMs, open, close, volume24hUsd }: CandleWire) => ({
    time: chartTime(openAtMs),
    ...(volume24hUsd !== null && { value: volume24hUsd, color: token(close >= open ? '--up-soft' : '--down-soft') }),
  });

  const drawLines = (from: number): void => {
    const computed = new Map<ChosenIndicator, Float64Array[]>();
    for (const line of lines) {
      const { series, chosen, output } = line;
      const columns = computed.get(chosen) ?? indicatorColumns(chosen, candles);
      computed.set(chosen, columns);
      const column = columns[output] ?? new Float64Array();
      line.column = column;
      const point = (at: number) => {
        const value = column[at] ?? Number.NaN;
        const time = chartTime(candles[at]?.openAtMs ?? 0);
        return Number.isFinite(value) ? { time, value } : { time };
      };
      if (from === 0) series.setData(candles.map((_candle, at) => point(at)));
      else for (let at = from; at < candles.length; at += 1) series.update(point(at));
    }
  };
  const drawMarkers = (): void => {
    const shown = new Set(candles.map(({ openAtMs }) => openAtMs));
    markers.setMarkers(
      alerts
        // The close of a candle is the first instant of the next one.
        .map((alert) => ({ alert, openAtMs: timeframeOpenMs(timeframe, alert.triggeredAtMs - 1) }))
        .filter(({ openAtMs }) => shown.has(openAtMs))
        .toSorted((a, b) => a.openAtMs - b.openAtMs)
        .map(({ alert, openAtMs }) => ({
          time: chartTime(openAtMs),
          position: 'aboveBar' as const,
          shape: 'arrowDown' as const,
          color: token('--accent'),
          text: alert.strategyName,
        })),
    );
  };
  const drawAll = (): void => {
    main.setData(candles.map(bar));
    volume.setData(candles.map(volumeBar));
    drawLines(0);
    drawMarkers();
  };
  const makeLines = (): void => {
    for (const { series } of lines) chart.removeSeries(series);
    for (let pane = chart.panes().length - 1; pane > 0; pane -= 1) chart.removePane(pane);
    lines = [];
    let pane = 0;
    let colour = 0;
    for (const chosen of indicators) {
      const { chart: hint, outputs, units } = definitionOf(chosen);
      const isOwn = hint.pane === 'own';
      if (isOwn) pane += 1;
      outputs.forEach((output, at) => {
        const isPrice = units[at] === 'input';
        const isBars = output === 'histogram' || units[at] === 'flag';
        const name = LINES[colour % LINES.length] ?? LINES[0];
        colour += 1;
        const options = {
          color: token(name),
          priceLineVisible: false,
          lastValueVisible: isOwn && outputs.length === 1,
          priceFormat: {
            type: 'custom' as const,
            minMove: 1e-12,
            formatter: (value: number) => lineText(value, isPrice),
          },
        };
        const series = isBars
          ? chart.addSeries(HistogramSeries, options, isOwn ? pane : 0)
          : chart.addSeries(
              LineSeries,
              {
                ...options,
                lineWidth: 2,
                crosshairMarkerRadius: 3,
                ...(chosen.name === 'psar' && { lineVisible: false, pointMarkersVisible: true, pointMarkersRadius: 2 }),
              },
              isOwn ? pane : 0,
            );
        if (at === 0) {
          for (const price of hint.levels ?? []) {
            series.createPriceLine({
              price,
              color: token('--line-strong'),
              lineWidth: 1,
              lineStyle: 2,
              axisLabelVisible: false,
              title: '',
            });
          }
        }
        const label = outputs.length === 1 ? labelOf(chosen) : `${labelOf(chosen)}.${output}`;
        lines.push({ series, chosen, output: at, colour: name, label, isPrice, column: new Float64Array() });
      });
      if (isOwn) chart.panes()[pane]?.setHeight(PANE_PX);
    }
    drawLines(0);
  };

  const recolour = (): void => {
    chart.applyOptions({
      layout: {
        background: { color: token('--surface') },
        textColor: token('--ink-faint'),
        fontFamily: token('--font'),
        panes: { separatorColor: token('--line'), separatorHoverColor: token('--accent-soft') },
      },
      grid: { vertLines: { color: token('--grid') }, horzLines: { color: token('--grid') } },
    });
    const [up, down] = [token('--up'), token('--down')];
    main.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down });
    for (const { series, colour } of lines) series.applyOptions({ color: token(colour) });
    volume.setData(candles.map(volumeBar));
    drawMarkers();
  };
  recolour();

  return {
    setCandles(next, nextTimeframe) {
      const before = candles;
      const isOther = nextTimeframe !== timeframe || before[0]?.openAtMs !== next[0]?.openAtMs;
      const isFirst = before.length === 0 || nextTimeframe !== timeframe;
      // One that closed and the one after it, at most: anything else is drawn anew.
      const from = Math.max(1, before.length - 1);
      candles = next;
      timeframe = nextTimeframe;
      if (isOther || next.length < before.length || next.length - before.length > 1) {
        drawAll();
      } else {
        for (const candle of next.slice(from)) {
          main.update(bar(candle));
          volume.update(volumeBar(candle));
        }
        drawLines(from);
        if (next.length > before.length) drawMarkers();
      }
      if (isFirst && next.length > 0) {
        const { length } = next;
        const bars = Math.max(FEWEST_BARS, Math.floor(place.clientWidth / BAR_PX));
        chart.timeScale().setVisibleLogicalRange({ from: length - bars, to: length + 4 });
      }
      read();
    },
    setIndicators(chosen) {
      indicators = chosen;
      makeLines();
      read();
    },
    setAlerts(next) {
      alerts = next;
      drawMarkers();
    },
    recolour,
    step(by) {
      const at = Math.min(candles.length - 1, Math.max(0, (hovered ?? candles.length - 1) + by));
      const candle = candles[at];
      if (candle === undefined) return;
      hovered = at;
      chart.setCrosshairPosition(candle.close, chartTime(candle.openAtMs), main);
      read();
      const range = chart.timeScale().getVisibleLogicalRange();
      if (range === null || (at >= range.from && at <= range.to)) return;
      const shift = at < range.from ? at - range.from : at - range.to;
      chart.timeScale().setVisibleLogicalRange({ from: range.from + shift, to: range.to + shift });
    },
    zoom(factor) {
      const { barSpacing } = chart.timeScale().options();
      chart.timeScale().applyOptions({ barSpacing: Math.min(60, Math.max(1, barSpacing * factor)) });
    },
    destroy: () => chart.remove(),
  };
}

/** A price as prices are shown, an oscillator with two decimals. */
function lineText(value: number, isPrice: boolean): string {
  return isPrice || !Number.isFinite(value) ? formatPrice(value) : formatNumber(value);
}
