import anyAscii from 'any-ascii';
import { CandlestickChart, type CandlestickSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  MarkLineComponent,
  MarkPointComponent,
  TitleComponent,
  type GridComponentOption,
  type TitleComponentOption,
} from 'echarts/components';
import { init, use, type ComposeOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { axisPrice, timeLabels } from './axes.ts';
import { CHART_SIZE, type AlertChart } from './chart.ts';

use([CandlestickChart, GridComponent, MarkLineComponent, MarkPointComponent, TitleComponent, SVGRenderer]);

type Option = ComposeOption<CandlestickSeriesOption | GridComponentOption | TitleComponentOption>;

export const FONT = 'DejaVu Sans';
/** The picture brings its own light ground, with an edge that shows on dark ones. Rising and falling differ in fill too. */
const COLOURS = {
  ground: '#ffffff',
  edge: '#c4cad2',
  text: '#1b1f24',
  quiet: '#57606a',
  line: '#e6e9ee',
  rising: '#0a7d5a',
  falling: '#c2352b',
  alert: '#1f5fd0',
} as const;

/** An SVG of the chart, drawn without a browser. */
export function chartSvg(chart: AlertChart): string {
  const drawn = init(null, null, { renderer: 'svg', ssr: true, ...CHART_SIZE });
  try {
    drawn.setOption(optionOf(chart));
    return drawn.renderToSVGString();
  } finally {
    drawn.dispose();
  }
}

function optionOf(chart: AlertChart): Option {
  const { candles, candleMs, alert } = chart;
  const places = placesOf(chart);
  const byPlace = new Map(candles.map((candle) => [candle.openAtMs, candle]));
  const marked = places.findLastIndex((openAtMs) => openAtMs <= alert.atMs);
  const candle = byPlace.get(places[marked] ?? Number.NaN);
  const step = priceStep(chart);
  const price = axisPrice(alert.priceUsd, step);
  const every = Math.max(1, Math.ceil(places.length / MOST_LABELS));
  // From the alert backwards, so that its own place has a label.
  const labelled = places.filter((_, place) => (marked - place) % every === 0);
  const labels = new Map(timeLabels(labelled, candleMs, chart.timeZone).map((text, at) => [labelled[at], text]));
  return {
    animation: false,
    backgroundColor: COLOURS.ground,
    textStyle: { fontFamily: FONT, color: COLOURS.text },
    title: {
      text: drawable(chart.title, TITLE_CHARS),
      subtext: drawable(chart.subtitle, SUBTITLE_CHARS),
      left: 24,
      top: 18,
      textStyle: { fontFamily: FONT, fontSize: 26, fontWeight: 'bold', color: COLOURS.text },
      subtextStyle: { fontFamily: FONT, fontSize: 19, color: COLOURS.quiet },
    },
    grid: { left: 24, right: 132, top: 104, bottom: 48 },
    xAxis: {
      type: 'category',
      // Indices rather than labels: two places may read alike where clocks are set back.
      data: places.map((_, place) => String(place)),
      axisLine: { lineStyle: { color: COLOURS.edge } },
      axisTick: { show: false },
      axisLabel: {
        color: COLOURS.quiet,
        fontSize: 18,
        interval: (place) => labels.has(places[place]),
        formatter: (place: string) => labels.get(places[Number(place)]) ?? '',
      },
    },
    yAxis: {
      type: 'value',
      scale: true,
      position: 'right',
      splitNumber: 4,
      boundaryGap: ['6%', '14%'],
      splitLine: { lineStyle: { color: COLOURS.line } },
      axisLabel: { color: COLOURS.quiet, fontSize: 18, formatter: (value: number) => axisPrice(value, step) },
    },
    series: [
      {
        type: 'candlestick',
        data: places.map((openAtMs) => {
          const { open, close, low, high } = byPlace.get(openAtMs) ?? GAP;
          return [open, close, low, high];
        }),
        itemStyle: {
          // Hollow when it rose: the two can be told apart without their colours.
          color: COLOURS.ground,
          borderColor: COLOURS.rising,
          color0: COLOURS.falling,
          borderColor0: COLOURS.falling,
          borderWidth: 2,
        },
        markLine: {
          silent: true,
          symbol: 'none',
          // The library rounds to two decimals otherwise, which is nothing for many a coin.
          precision: 20,
          lineStyle: { color: COLOURS.alert, type: 'dashed', width: 2 },
          data: [
            {
              yAxis: alert.priceUsd,
              label: {
                position: 'end',
                distance: 4,
                formatter: price,
                fontSize: 18,
                // Without a browser nobody measures the text: a digit is 11.5 wide.
                width: price.length * 11.5,
                fontFamily: FONT,
                color: COLOURS.ground,
                backgroundColor: COLOURS.alert,
                padding: [5, 6],
                borderRadius: 4,
              },
            },
            { xAxis: marked, label: { show: false } },
          ],
        },
        markPoint: {
          silent: true,
          symbol: 'arrow',
          symbolRotate: 180,
          symbolSize: 20,
          symbolOffset: [0, -14],
          itemStyle: { color: COLOURS.alert },
          data: [{ name: 'alert', coord: [marked, Math.max(candle?.high ?? -Infinity, alert.priceUsd)] }],
        },
      },
    ],
  };
}

/** What there is room for. */
const TITLE_CHARS = 48;
const MOST_LABELS = 6;
const SUBTITLE_CHARS = 70;

/** A text in signs that the font has, and cut where there is no more room. */
function drawable(text: string, most: number): string {
  const signs = [...text].map((sign) => (IN_FONT.test(sign) ? sign : anyAscii(sign)));
  const characters = [...new Intl.Segmenter().segment(signs.join(''))].map(({ segment }) => segment);
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 3).join('')}...`;
}

const IN_FONT =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\u0020-\u007e\u00a0-\u00ff\u2010-\u2027\u20ac\u2190-\u2193\u2212\u2264\u2265]/u;

const GAP = { open: '-', close: '-', low: '-', high: '-' } as const;

/** Every place from the first candle to the alert's, those of missing candles too. */
function placesOf({ candles, candleMs, alert }: AlertChart): number[] {
  const first = candles[0]?.openAtMs ?? alert.atMs;
  const last = Math.max(candles.at(-1)?.openAtMs ?? first, lastPlace(first, candleMs, alert.atMs));
  return Array.from({ length: Math.round((last - first) / candleMs) + 1 }, (_, place) => first + place * candleMs);
}

/** A candle that closes just as the alert comes is the one that is marked, not the next. */
function lastPlace(first: number, candleMs: number, atMs: number): number {
  return first + Math.max(0, Math.ceil((atMs - first) / candleMs) - 1) * candleMs;
}

/** How far apart two labels of the price axis are, about; a flat market has some span too. */
function priceStep({ candles, alert }: AlertChart): number {
  const span = Math.max(...candles.map(({ high }) => high)) - Math.min(...candles.map(({ low }) => low));
  return (span > 0 ? span : Math.abs(alert.priceUsd) / 10) / 5;
}
