import type { Trigger } from '@ubot/contracts';
import { useId, type ReactElement, type ReactNode } from 'react';
import { useText } from '../../texts/i18n.ts';
import { formatDateTime } from '../../lib/format.ts';
import { isHoldInCandles, spanOf, type SpanUnit } from './draft.ts';

const UNIT_MS: Readonly<Record<SpanUnit, number>> = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };
const UNITS = ['minutes', 'hours', 'days'] as const;
const MOST_MS = 30 * UNIT_MS.days;

/** When an alert is sent: the settings, and above them what they mean in one sentence. */
export function TriggerFields({
  value,
  onChange,
}: {
  value: Trigger;
  onChange: (value: Trigger) => void;
}): ReactElement {
  const text = useText();
  const change = (changes: Partial<Trigger>): void => onChange({ ...value, ...changes });
  return (
    <fieldset className="fieldset">
      <legend>{text('strategies.trigger')}</legend>
      <p className="in-words" aria-live="polite">
        {useTriggerInWords(value)}
      </p>
      <div className="grid-fields">
        <Labelled label={text('strategies.on')}>
          {(id) => (
            <select
              id={id}
              className="input"
              value={value.on}
              onChange={({ target }) => change({ on: target.value as Trigger['on'] })}
            >
              <option value="candle_close">{text('strategies.on_candle_close')}</option>
              <option value="snapshot">{text('strategies.on_snapshot')}</option>
            </select>
          )}
        </Labelled>
        <Labelled label={text('strategies.fires')}>
          {(id) => (
            <select
              id={id}
              className="input"
              value={value.fires}
              onChange={({ target }) => change({ fires: target.value as Trigger['fires'] })}
            >
              <option value="on_change">{text('strategies.fires_on_change')}</option>
              <option value="while_true">{text('strategies.fires_while_true')}</option>
              <option value="once">{text('strategies.fires_once')}</option>
            </select>
          )}
        </Labelled>
        <SpanField
          label={text('strategies.cooldown')}
          off={text('strategies.cooldownOff')}
          ms={value.cooldownMs}
          onChange={(cooldownMs) => change({ cooldownMs })}
        />
        <SpanField
          label={text('strategies.for')}
          off={text('strategies.forOff')}
          ms={value.for !== null && 'ms' in value.for ? value.for.ms : 0}
          onChange={(ms) => change({ for: ms === 0 ? null : { ms } })}
          {...(value.for !== null &&
            isHoldInCandles(value.for) && { note: text('strategies.forCandles', { count: value.for.candles }) })}
        />
        <Labelled label={text('strategies.maxPerDay')}>
          {(id) => (
            <input
              id={id}
              className="input"
              type="number"
              min={1}
              max={100_000}
              inputMode="numeric"
              placeholder={text('strategies.maxPerDayOff')}
              value={value.maxPerDay ?? ''}
              onChange={({ target }) =>
                change({ maxPerDay: target.value === '' ? null : Math.max(1, Math.trunc(Number(target.value))) })
              }
            />
          )}
        </Labelled>
        <Labelled label={text('strategies.rearm')}>
          {(id) => (
            <input
              id={id}
              className="input code"
              placeholder={text('strategies.rearmOff')}
              value={value.rearm ?? ''}
              spellCheck={false}
              onChange={({ target }) => change({ rearm: target.value.trim() === '' ? null : target.value })}
            />
          )}
        </Labelled>
      </div>
    </fieldset>
  );
}

function Labelled({ label, children }: { label: string; children: (id: string) => ReactNode }): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

function SpanField({
  label,
  off,
  ms,
  onChange,
  note,
}: {
  label: string;
  off: string;
  ms: number;
  onChange: (ms: number) => void;
  note?: string;
}): ReactElement {
  const text = useText();
  const { count, unit } = spanOf(ms === 0 ? UNIT_MS.hours : ms);
  const set = (next: { count?: number; unit?: SpanUnit }): void => {
    const wished = Math.max(1, Math.trunc(next.count ?? count)) * UNIT_MS[next.unit ?? unit];
    onChange(Math.min(MOST_MS, wished));
  };
  return (
    <Labelled label={label}>
      {(id) => (
        <div className="span-field">
          <input
            id={id}
            className="input"
            type="number"
            min={0}
            inputMode="numeric"
            placeholder={off}
            value={ms === 0 ? '' : count}
            onChange={({ target }) =>
              target.value === '' || Number(target.value) <= 0 ? onChange(0) : set({ count: Number(target.value) })
            }
          />
          <select
            className="input"
            aria-label={`${label}: ${text('strategies.unit')}`}
            value={unit}
            disabled={ms === 0}
            onChange={({ target }) => set({ unit: target.value as SpanUnit })}
          >
            {UNITS.map((each) => (
              <option key={each} value={each}>
                {text(`strategies.unit_${each}`)}
              </option>
            ))}
          </select>
          {note !== undefined && <span className="hint">{note}</span>}
        </div>
      )}
    </Labelled>
  );
}

/** "Alerts when it becomes true, at most once an hour per coin, only on closed candles." */
export function useTriggerInWords(trigger: Trigger): string {
  const text = useText();
  const span = (ms: number): string => {
    const { count, unit } = spanOf(ms);
    return text(`strategies.span_${unit}`, { count });
  };
  const { fires, on, cooldownMs, maxPerDay, rearm, expiresAtMs } = trigger;
  const hold = trigger.for;
  const parts = [
    text(`strategies.words_${fires}`),
    ...(hold === null
      ? []
      : [
          text('strategies.words_for', {
            span: isHoldInCandles(hold) ? text('strategies.span_candles', { count: hold.candles }) : span(hold.ms),
          }),
        ]),
    ...(cooldownMs === 0 ? [] : [text('strategies.words_cooldown', { span: span(cooldownMs) })]),
    ...(rearm === null ? [] : [text('strategies.words_rearm', { rearm })]),
    ...(maxPerDay === null ? [] : [text('strategies.words_maxPerDay', { count: maxPerDay })]),
    ...(expiresAtMs === null ? [] : [text('strategies.words_expires', { time: formatDateTime(expiresAtMs) })]),
    text(`strategies.words_${on}`),
  ];
  return `${parts.join(', ')}.`;
}
