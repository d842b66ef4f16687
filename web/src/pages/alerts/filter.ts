import { PATHS } from '../../paths.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Ranges that end now, by their name in the address. */
export const RANGES = { '1h': HOUR_MS, '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS } as const;
export type RangeName = keyof typeof RANGES;

/** Which alerts are looked at; all of it stands in the address, so that it can be kept and gone back to. */
export interface AlertFilter {
  readonly strategyId?: string;
  readonly coinId?: number;
  /** A silence or a rule: the alerts of which it muted something. */
  readonly mutedBy?: string;
  /** Up to now, or between two times of one's own. */
  readonly range?: RangeName | 'own';
  /** Of one's own range: `fromMs <= triggered < toMs`. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const isRange = (name: string): name is RangeName => Object.hasOwn(RANGES, name);

/** What an address asks for; what makes no sense in it is passed over. */
export function readFilter(search: string): AlertFilter {
  const said = new URLSearchParams(search);
  const id = (name: string): string | undefined => {
    const value = said.get(name) ?? '';
    return UUID.test(value) ? value : undefined;
  };
  const instant = (name: string): number | undefined => {
    const atMs = Date.parse(said.get(name) ?? '');
    return atMs > 0 ? atMs : undefined;
  };
  const coinId = Number(said.get('coin'));
  const range = said.get('range') ?? '';
  const [strategyId, mutedBy, fromMs, toMs] = [id('strategy'), id('mutedBy'), instant('from'), instant('to')];
  return {
    ...(strategyId !== undefined && { strategyId }),
    ...(Number.isSafeInteger(coinId) && coinId > 0 && { coinId }),
    ...(mutedBy !== undefined && { mutedBy }),
    ...(isRange(range)
      ? { range }
      : (range === 'own' || fromMs !== undefined || toMs !== undefined) && {
          range: 'own',
          ...(fromMs !== undefined && { fromMs }),
          ...(toMs !== undefined && { toMs }),
        }),
  };
}

/** The filter with some of it changed; undefined takes a part out. */
export const changed = (
  filter: AlertFilter,
  changes: { readonly [K in keyof AlertFilter]: AlertFilter[K] | undefined },
): AlertFilter =>
  Object.fromEntries(Object.entries({ ...filter, ...changes }).filter(([, value]) => value !== undefined));

/** The address of the alerts that a filter lets through. */
export function addressOfAlerts({ strategyId, coinId, mutedBy, range, fromMs, toMs }: AlertFilter): string {
  const said = new URLSearchParams({
    ...(strategyId !== undefined && { strategy: strategyId }),
    ...(coinId !== undefined && { coin: String(coinId) }),
    ...(mutedBy !== undefined && { mutedBy }),
    ...(range !== undefined && { range }),
    ...(range === 'own' && fromMs !== undefined && { from: new Date(fromMs).toISOString() }),
    ...(range === 'own' && toMs !== undefined && { to: new Date(toMs).toISOString() }),
  }).toString();
  return said === '' ? PATHS.alerts : `${PATHS.alerts}?${said}`;
}

/** The filter as `GET /api/v1/alerts` takes it, at this moment. */
export function queryOf({ range, fromMs, toMs, ...rest }: AlertFilter, nowMs: number) {
  if (range !== undefined && range !== 'own') return { ...rest, from: nowMs - RANGES[range] };
  return { ...rest, ...(fromMs !== undefined && { from: fromMs }), ...(toMs !== undefined && { to: toMs }) };
}

/** Whether it keeps any alert out. */
export const isFiltering = (filter: AlertFilter): boolean => Object.keys(queryOf(filter, 0)).length > 0;
