import type { Strategy } from '@ubot/contracts';
import { useState, type ReactElement } from 'react';
import { useApi } from '../../api/api.ts';
import { formatDateTime, formatPrice } from '../../lib/format.ts';
import { instantOf } from '../../lib/localTime.ts';
import { useZone } from '../../lib/zone.ts';
import { CoinPicker, type PickedCoin } from '../../parts/CoinPicker.tsx';
import { useText } from '../../texts/i18n.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { Failed } from '../../ui/states.tsx';

/** "Why no alert?" for a strategy and a coin: the reason, in a sentence, with the values it was judged by. */
export function WhyNot({
  strategies,
  firstStrategyId,
  onClose,
}: {
  strategies: readonly Strategy[];
  firstStrategyId: string;
  onClose: () => void;
}): ReactElement {
  const text = useText();
  const [chosenId, setChosenId] = useState(firstStrategyId);
  // Asked before they have come, it is the first one once they have.
  const strategyId = chosenId === '' ? (strategies[0]?.id ?? '') : chosenId;
  const [coin, setCoin] = useState<PickedCoin | null>(null);
  const [at, setAt] = useState('');
  const zone = useZone();
  const atMs = instantOf(at, zone);
  return (
    <Dialog title={text('alerts.whyNot')} onClose={onClose}>
      <p className="hint">{text('alerts.whyNotAbout')}</p>
      <select
        className="input"
        aria-label={text('alerts.ofStrategy')}
        value={strategyId}
        onChange={({ target }) => setChosenId(target.value)}
      >
        {strategies.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <CoinPicker label={text('alerts.coin')} onPick={setCoin} />
      <Field
        label={text('alerts.at')}
        hint={text('coin.times', { zone })}
        type="datetime-local"
        value={at}
        onChange={({ target }) => setAt(target.value)}
      />
      {coin !== null && strategyId !== '' && (
        <Answer strategyId={strategyId} coinId={coin.id} {...(atMs !== null && { atMs })} />
      )}
    </Dialog>
  );
}

function Answer(query: { strategyId: string; coinId: number; atMs?: number }): ReactElement | null {
  const text = useText();
  const { data, error } = useApi('GET /api/v1/decisions', { query }, { staleTime: 0 });
  if (error !== null) return <Failed error={error} />;
  if (data === undefined) return null;
  return (
    <div className="answer" role="status">
      <p>
        <strong>{text(`alerts.reason_${data.reason}`)}</strong>
      </p>
      <p>{data.sentence}</p>
      {data.channelProblems !== undefined && data.channelProblems.length > 0 && (
        <p className="mistake">{text('alerts.channelProblems', { count: data.channelProblems.length })}</p>
      )}
      {data.values.length > 0 && (
        <table>
          <caption className="visually-hidden">{text('alerts.values')}</caption>
          <tbody>
            {data.values.map(({ text: name, value }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="number">{formatPrice(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {data.past?.notes.map((note) => (
        <p key={note} className="hint">
          {note}
        </p>
      ))}
      {data.past?.candle != null && (
        <p className="facts">{text('coin.samplesAbout', { count: data.past.candle.samples })}</p>
      )}
      {data.evaluatedAtMs !== null && (
        <p className="facts">{text('alerts.evaluated', { time: formatDateTime(data.evaluatedAtMs) })}</p>
      )}
    </div>
  );
}
