import type { AlertWithNotifications } from '@ubot/contracts';
import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import { useAct } from '../api/api.ts';
import { formatDateTime, formatTime } from '../lib/format.ts';
import { PATHS } from '../paths.ts';
import { useText, type TextKey } from '../texts/i18n.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/Menu.tsx';
import { toast, toastFailure } from '../ui/toasts.tsx';

/** As the API takes them: a quarter of an hour, one hour, four hours, a day. */
const SNOOZES = [900_000, 3_600_000, 14_400_000, 86_400_000] as const;
const SEEN: Readonly<Record<string, TextKey>> = {
  api: 'muting.seen_api',
  link: 'muting.seen_link',
  call: 'muting.seen_call',
};

/** "I have seen it", and "not again for a while". */
export function AlertActions({ alert }: { alert: AlertWithNotifications }): ReactElement {
  const text = useText();
  const [, go] = useLocation();
  const acknowledge = useAct('POST /api/v1/alerts/{id}/acknowledge', ['GET /api/v1/alerts', 'GET /api/v1/alerts/{id}']);
  const snooze = useAct('POST /api/v1/alerts/{id}/snooze', ['GET /api/v1/silences']);
  const { id, acknowledgedAtMs, acknowledgedBy = 'api', strategyId, strategyName, coin } = alert;
  return (
    <div className="alert-actions">
      {acknowledgedAtMs === undefined ? (
        <Button
          disabled={acknowledge.isPending}
          onClick={() =>
            acknowledge.mutate(
              { params: { id } },
              { onSuccess: () => toast(text('muting.acknowledged')), onError: toastFailure },
            )
          }
        >
          <Icon name="check" size={16} /> {text('muting.acknowledge')}
        </Button>
      ) : (
        <span className="badge good">
          {text(SEEN[acknowledgedBy] ?? 'muting.seen_api', { time: formatDateTime(acknowledgedAtMs) })}
        </span>
      )}
      <Menu
        align="start"
        trigger={
          <Button kind="quiet" disabled={snooze.isPending}>
            <Icon name="snooze" size={16} /> {text('muting.snooze')}
          </Button>
        }
      >
        <p className="menu-label">{text('muting.snoozeAbout')}</p>
        {SNOOZES.map((durationMs) => (
          <MenuItem
            key={durationMs}
            onSelect={() =>
              snooze.mutate(
                { params: { id }, body: { durationMs } },
                {
                  onSuccess: ({ endsAtMs }) =>
                    toast(
                      text('muting.snoozed', { name: strategyName, coin: coin.symbol, time: formatTime(endsAtMs) }),
                    ),
                  onError: toastFailure,
                },
              )
            }
          >
            {text(`muting.snooze_${durationMs}`)}
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem onSelect={() => go(`${PATHS.silences}?strategy=${strategyId}`)}>
          {text('muting.silenceMore')}
        </MenuItem>
      </Menu>
    </div>
  );
}
