import type { ReactElement } from 'react';

/** Drawn on a grid of 24 with a stroke of 1.75: `d` of one path each. */
const PATHS = {
  market: 'M4 19V9m5 10V5m5 14v-7m5 7V8',
  search: 'M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14Zm9 16-4-4',
  star: 'm12 4 2.5 5 5.5.8-4 3.9 1 5.5-5-2.6-5 2.6 1-5.5-4-3.9 5.5-.8Z',
  close: 'M6 6l12 12M18 6 6 18',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8a7 7 0 0 1 14 0',
  alert: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15ZM10 20.5a2.2 2.2 0 0 0 4 0',
  offline: 'M4 4l16 16M8.5 15.5a5 5 0 0 1 6.6-.4M5 12a10 10 0 0 1 4-2.5m5-.3A10 10 0 0 1 19 12M12 19h.01',
  warning: 'M12 4 3 20h18ZM12 10v4m0 3h.01',
  chevron: 'm9 6 6 6-6 6',
  down: 'm6 9 6 6 6-6',
  back: 'm15 6-6 6 6 6',
  plus: 'M12 5v14M5 12h14',
  check: 'm5 12 5 5 9-11',
  trash: 'M5 7h14M10 7V4h4v3m-7 0 1 13h8l1-13',
  keyboard: 'M3 7h18v10H3ZM7 11h.01M11 11h.01M15 11h.01M8 14h8',
  strategy: 'M5 6h6M5 12h14M5 18h9M15 4v4M9 16v4',
  channel: 'M4 5h16v11H9l-5 4Z',
  settings: 'M4 7h9m4 0h3M4 17h3m4 0h9M15 5v4M9 15v4',
  shield: 'M12 3 5 6v6c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6Z',
  snooze: 'M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16Zm0-12v4l3 2M3 6l3-3m15 3-3-3',
  server: 'M4 5h16v6H4Zm0 8h16v6H4ZM8 8h.01M8 16h.01',
} as const;
export type IconName = keyof typeof PATHS;

/** A picture beside a word: it says nothing to a screen reader. */
export function Icon({
  name,
  size = 18,
  filled = false,
}: {
  name: IconName;
  size?: number;
  filled?: boolean;
}): ReactElement {
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth={name === 'more' ? 3 : 1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
