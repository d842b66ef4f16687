import { useState, type ReactElement } from 'react';
import { useApi } from '../api/api.ts';

export interface PickedCoin {
  readonly id: number;
  readonly name: string;
}

/** One coin, found by name, symbol or id. `onPick` gets null while what stands there is not a coin. */
export function CoinPicker({
  label,
  placeholder = label,
  first = '',
  autoFocus = false,
  onPick,
}: {
  label: string;
  placeholder?: string;
  /** What stands there in the beginning, already picked. */
  first?: string;
  autoFocus?: boolean;
  onPick: (coin: PickedCoin | null) => void;
}): ReactElement {
  const [written, setWritten] = useState(first);
  const [isPicked, setPicked] = useState(first !== '');
  const search = written.trim();
  const { data: matches } = useApi(
    'GET /api/v1/coins',
    { query: { search, limit: 6 } },
    { enabled: search !== '' && !isPicked },
  );
  return (
    <>
      <input
        className="input"
        type="search"
        aria-label={label}
        autoFocus={autoFocus}
        placeholder={placeholder}
        value={written}
        onChange={({ target }) => {
          setWritten(target.value);
          setPicked(false);
          onPick(null);
        }}
      />
      {!isPicked && search !== '' && (
        <ul className="matches">
          {matches?.map(({ id, symbol, name }) => (
            <li key={id}>
              <button
                type="button"
                onClick={() => {
                  setPicked(true);
                  setWritten(`${name} (${symbol})`);
                  onPick({ id, name });
                }}
              >
                <strong>{symbol}</strong> {name} <span className="faint">#{id}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
