import { QUIET_MODES, type QuietHours, type Settings, type SettingsInput } from '@ubot/contracts';
import { useId, useState, type FormEvent, type ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { browserZone } from '../../lib/zone.ts';
import { currentLanguage, useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';
import { Section } from './Section.tsx';

const ROUTE = 'GET /api/v1/settings';
const ZONES = Intl.supportedValuesOf('timeZone');
const DAYS = [1, 2, 3, 4, 5, 6, 7];
const NIGHT: QuietHours = { start: '22:00', end: '07:00', days: DAYS };
/** A Monday. */
const MONDAY_MS = Date.UTC(2_024, 0, 1);
const DAY_MS = 86_400_000;

/** Time zone, quiet hours, default channels. */
export function Preferences(): ReactElement {
  const text = useText();
  const { data, error, refetch } = useApi(ROUTE, {});
  return (
    <Section title={text('settings.preferences')}>
      {data === undefined && error === null && <Loading lines={3} />}
      {data === undefined && error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data !== undefined && <PreferencesForm saved={data} />}
    </Section>
  );
}

function PreferencesForm({ saved }: { saved: Settings }): ReactElement {
  const text = useText();
  const zoneId = useId();
  const { data: channels } = useApi('GET /api/v1/channels', {});
  const [draft, setDraft] = useState<SettingsInput>({
    timeZone: saved.timeZone,
    defaultChannelIds: saved.defaultChannelIds,
    quietHours: saved.quietHours,
  });
  const save = useAct('PUT /api/v1/settings', [ROUTE]);
  const change = (changes: Partial<SettingsInput>): void => setDraft((now) => ({ ...now, ...changes }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate({ body: draft }, { onSuccess: () => toast(text('settings.saved')), onError: toastFailure });
  };
  const here = browserZone();
  const { quietHours = null, defaultChannelIds } = draft;
  return (
    <form className="stack" onSubmit={submit}>
      <div className="field">
        <label htmlFor={zoneId}>{text('settings.timeZone')}</label>
        <select
          id={zoneId}
          className="input"
          value={draft.timeZone}
          onChange={({ target }) => change({ timeZone: target.value })}
        >
          {[...new Set([draft.timeZone, 'UTC', ...ZONES])].map((zone) => (
            <option key={zone} value={zone}>
              {zone}
            </option>
          ))}
        </select>
        {here !== draft.timeZone && (
          <button type="button" className="button quiet start" onClick={() => change({ timeZone: here })}>
            {text('settings.useZone', { zone: here })}
          </button>
        )}
      </div>
      <QuietHoursFields value={quietHours} onChange={(next) => change({ quietHours: next })} />
      <fieldset className="fieldset">
        <legend>{text('settings.defaultChannels')}</legend>
        <div className="choices">
          {channels?.channels.map(({ id, name }) => (
            <label key={id} className="choice">
              <input
                type="checkbox"
                checked={defaultChannelIds.includes(id)}
                onChange={({ target }) =>
                  change({
                    defaultChannelIds: target.checked
                      ? [...defaultChannelIds, id]
                      : defaultChannelIds.filter((each) => each !== id),
                  })
                }
              />
              {name}
            </label>
          ))}
          {channels?.channels.length === 0 && <p className="hint">{text('settings.noChannels')}</p>}
        </div>
      </fieldset>
      <Button kind="primary" type="submit" className="start" disabled={save.isPending}>
        {text('shell.save')}
      </Button>
    </form>
  );
}

function QuietHoursFields({
  value,
  onChange,
}: {
  value: QuietHours | null;
  onChange: (value: QuietHours | null) => void;
}): ReactElement {
  const text = useText();
  const dayName = new Intl.DateTimeFormat(currentLanguage(), { weekday: 'short', timeZone: 'UTC' });
  return (
    <fieldset className="fieldset">
      <legend>{text('settings.quietHours')}</legend>
      <label className="choice">
        <input
          type="checkbox"
          checked={value !== null}
          onChange={({ target }) => onChange(target.checked ? NIGHT : null)}
        />
        {text('settings.quietHoursOn')}
      </label>
      {value !== null && (
        <>
          <div className="grid-fields">
            <Field
              label={text('settings.from')}
              type="time"
              value={value.start}
              onChange={({ target }) => onChange({ ...value, start: target.value })}
              required
            />
            <Field
              label={text('settings.until')}
              type="time"
              value={value.end}
              onChange={({ target }) => onChange({ ...value, end: target.value })}
              required
            />
          </div>
          <div className="choices" role="group" aria-label={text('settings.days')}>
            {DAYS.map((day) => (
              <button
                key={day}
                type="button"
                className="chip"
                aria-pressed={value.days.includes(day)}
                onClick={() => {
                  const days = value.days.includes(day)
                    ? value.days.filter((each) => each !== day)
                    : [...value.days, day].toSorted((a, b) => a - b);
                  // One day at least: without any, quiet hours are off.
                  if (days.length > 0) onChange({ ...value, days });
                }}
              >
                {dayName.format(MONDAY_MS + (day - 1) * DAY_MS)}
              </button>
            ))}
          </div>
          <div className="choices" role="radiogroup" aria-label={text('settings.quietMode')}>
            {QUIET_MODES.map((mode) => (
              <label key={mode} className="choice">
                <input
                  type="radio"
                  name="quiet-mode"
                  checked={(value.mode ?? 'hold') === mode}
                  onChange={() => onChange({ ...value, mode })}
                />
                {text(`settings.quiet_${mode}`)}
              </label>
            ))}
          </div>
          <label className="choice">
            <input
              type="checkbox"
              checked={value.machines ?? false}
              onChange={({ target }) => onChange({ ...value, machines: target.checked })}
            />
            {text('settings.quietMachines')}
          </label>
          <p className="hint">{text('settings.quietUrgent')}</p>
        </>
      )}
    </fieldset>
  );
}
