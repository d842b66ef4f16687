import { useState, type ReactElement } from 'react';
import { useApi } from '../../api/api.ts';
import { formatMoney, formatTotals, hasEstimates } from '../../lib/money.ts';
import { Caps } from '../../parts/Caps.tsx';
import { useText } from '../../texts/i18n.ts';
import { Field } from '../../ui/Field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { Section } from '../settings/Section.tsx';

/** What the messages of a month cost, by user, and how much of the caps for everybody is used. */
export function Spending(): ReactElement {
  const text = useText();
  const [month, setMonth] = useState(() => new Date().toISOString().slice(0, 7));
  const isMonth = /^\d{4}-(0[1-9]|1[0-2])$/.test(month);
  const { data, error, refetch } = useApi('GET /api/v1/admin/costs', { query: { month } }, { enabled: isMonth });
  return (
    <Section title={text('costs.spending')}>
      <Field label={text('costs.month')} type="month" value={month} onChange={({ target }) => setMonth(target.value)} />
      {data === undefined && error === null && isMonth && <Loading lines={2} />}
      {data === undefined && error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <p>
            <strong className="number">{formatTotals(data.totals, text('costs.free'))}</strong>{' '}
            <span className="facts">{text('costs.messages', { count: data.messages })}</span>
          </p>
          {hasEstimates(data.totals) && <p className="hint">{text('costs.estimated')}</p>}
          {data.currency === null && <p className="hint">{text('costs.noPrices')}</p>}
          <Caps caps={data.caps} currency={data.currency} />
          <ul className="rows">
            {data.lines.map(({ userId, email, kind, messages, segments, currency, amount }) => (
              <li key={`${userId} ${kind} ${currency}`}>
                <div>
                  {email ?? text('costs.gone')}
                  <p className="facts">
                    {kind} · {text('costs.messages', { count: messages })}
                    {segments > 0 && ` · ${text('costs.segments', { count: segments })}`}
                  </p>
                </div>
                <span className="number">{currency === null ? '' : formatMoney(amount, currency)}</span>
              </li>
            ))}
          </ul>
          {data.lines.length === 0 && <p className="facts">{text('costs.none')}</p>}
          <a className="button start" href={`/api/v1/admin/costs?month=${month}&format=csv`} download>
            {text('costs.table')}
          </a>
        </>
      )}
    </Section>
  );
}
