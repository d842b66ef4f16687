import type { CapState } from '@ubot/contracts';
import type { ReactElement } from 'react';
import { formatCount, formatDateTime } from '../lib/format.ts';
import { formatMoney } from '../lib/money.ts';
import { useText } from '../texts/i18n.ts';

/** How much of each cap is used, and when it begins anew. */
export function Caps({ caps, currency }: { caps: readonly CapState[]; currency: string | null }): ReactElement | null {
  const text = useText();
  if (caps.length === 0) return null;
  const show = (what: CapState['what'], amount: string): string =>
    what === 'money' && currency !== null ? formatMoney(amount, currency) : formatCount(Number(amount));
  return (
    <ul className="rows">
      {caps.map(({ setBy, what, period, limit, used, endsAtMs }) => (
        <li key={`${setBy} ${what} ${period}`}>
          <div>
            {text(`costs.cap_${what}_${period}`)}
            <p className="facts">
              {text(`costs.setBy_${setBy}`)} · {text('costs.anew', { time: formatDateTime(endsAtMs) })}
            </p>
          </div>
          <span className={`number ${Number(used) >= Number(limit) ? 'down' : ''}`}>
            {text('costs.usedOf', { used: show(what, used), limit: show(what, limit) })}
          </span>
        </li>
      ))}
    </ul>
  );
}
