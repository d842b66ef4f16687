import type { CostsAnswer } from '@ubot/contracts';
import type { ReactElement } from 'react';
import { formatTotals, hasEstimates } from '../../lib/money.ts';
import { Caps } from '../../parts/Caps.tsx';
import { useText } from '../../texts/i18n.ts';

/** What this month's messages cost, and how much of the caps is used; nothing where nothing costs or is capped. */
export function Costs({ costs }: { costs: CostsAnswer }): ReactElement | null {
  const text = useText();
  const { totals, messages, segments, caps, currency, notices } = costs;
  if (totals.length === 0 && caps.length === 0) return null;
  return (
    <section className="card sections" aria-labelledby="costs-title">
      <div>
        <h2 id="costs-title">{text('costs.title')}</h2>
        <p>
          <strong className="number">{formatTotals(totals, text('costs.free'))}</strong>{' '}
          <span className="facts">
            {text('costs.messages', { count: messages })}
            {segments > 0 && ` · ${text('costs.segments', { count: segments })}`}
          </span>
        </p>
        {hasEstimates(totals) && <p className="hint">{text('costs.estimated')}</p>}
      </div>
      {notices.map(({ id, text: said }) => (
        <p key={id} className="note-box">
          {said}
        </p>
      ))}
      <Caps caps={caps} currency={currency} />
      <a className="button start" href="/api/v1/costs?format=csv" download>
        {text('costs.table')}
      </a>
    </section>
  );
}
