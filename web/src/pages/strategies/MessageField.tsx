import { LIMITS, type ChannelKind, type PreviewMessage } from '@ubot/contracts';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { useApi, useQuestion } from '../../api/api.ts';
import { useSettled } from '../../lib/useSettled.ts';
import { useText } from '../../texts/i18n.ts';
import { Icon } from '../../ui/Icon.tsx';
import { CodeField } from './CodeField.tsx';
import { checkMessage, type Draft } from './draft.ts';
import { messageLanguage } from './messageLanguage.ts';

const PLACEHOLDERS = [
  'coin.symbol',
  'coin.name',
  'price',
  'close',
  'time',
  'explanation',
  'strategy',
  'timeframe',
] as const;
const SETTLED_AFTER_MS = 600;

/** The user's own words for the message, and how they arrive; empty is uBot's. */
export function MessageField({
  draft,
  strategyId,
  onChange,
}: {
  draft: Draft;
  strategyId: string | null;
  onChange: (value: string) => void;
}): ReactElement {
  const text = useText();
  const { message, timeframe, indicators, condition } = draft;
  const check = useCallback(
    (written: string) => checkMessage({ timeframe, indicators, condition }, written),
    [timeframe, indicators, condition],
  );
  const { diagnostics, names } = useMemo(() => check(message), [check, message]);
  const latest = useRef({ check, names });
  useEffect(() => {
    latest.current = { check, names };
  });
  return (
    <div className="field">
      <span className="label">{text('strategies.message')}</span>
      <CodeField
        className="message-editor"
        label={text('strategies.message')}
        hint={text('strategies.messageDefault')}
        value={message}
        onChange={onChange}
        rules={[check]}
        extension={() =>
          messageLanguage({
            names: () => latest.current.names,
            check: (written) => latest.current.check(written).diagnostics,
          })
        }
      />
      <ul className="mistakes">
        {diagnostics.map(({ code, from, message: said, hint }) => (
          <li key={`${code} ${from}`} className="error">
            <Icon name="warning" size={16} />
            <span>
              {said} {hint !== null && <span className="hint">{hint}</span>}
            </span>
          </li>
        ))}
      </ul>
      {message.length > LIMITS.messageChars && (
        <p className="mistake">{text('strategies.messageTooLong', { most: LIMITS.messageChars })}</p>
      )}
      <div className="hint placeholders">
        {text('strategies.messageAbout')}
        {PLACEHOLDERS.map((name) => (
          <button key={name} type="button" className="chip" onClick={() => onChange(`${message}{{${name}}}`)}>
            {`{{${name}}}`}
          </button>
        ))}
      </div>
      <Arrives
        message={message}
        strategyId={strategyId}
        isReady={diagnostics.length === 0 && message.length <= LIMITS.messageChars}
        channelIds={draft.channelIds}
      />
    </div>
  );
}

/** The message as a kind of channel gets it: on the strategy's newest alert, else on a made example. */
function Arrives({
  message,
  strategyId,
  isReady,
  channelIds,
}: {
  message: string;
  strategyId: string | null;
  isReady: boolean;
  channelIds: readonly string[];
}): ReactElement | null {
  const text = useText();
  const written = useSettled(message, SETTLED_AFTER_MS);
  const { data: channels } = useApi('GET /api/v1/channels', {});
  const [chosen, choose] = useState<ChannelKind | null>(null);
  const body = { message: written.trim() === '' ? null : written, ...(strategyId !== null && { strategyId }) };
  const { data, error, isPlaceholderData } = useQuestion(
    'POST /api/v1/strategies/preview-message',
    { body },
    { enabled: isReady && written === message },
  );
  const own = channels?.channels.find(({ id }) => channelIds.includes(id)) ?? channels?.channels[0];
  const kinds = data?.messages.map(({ kind }) => kind) ?? [];
  const wished = chosen ?? own?.target.kind ?? 'sms';
  const shown = data?.messages.find(({ kind }) => kind === wished) ?? data?.messages[0];
  if (error !== null && data === undefined) return <p className="hint">{error.message}</p>;
  if (shown === undefined) return null;
  const isOld = isPlaceholderData || !isReady || written !== message;
  return (
    <section className={isOld ? 'arrives old' : 'arrives'} aria-label={text('strategies.arrives')}>
      <div className="arrives-head">
        <span>{text('strategies.arrivesAs')}</span>
        <select
          className="input narrow"
          aria-label={text('strategies.arrivesAs')}
          value={shown.kind}
          onChange={({ target }) => choose(target.value as ChannelKind)}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {kind === 'module' ? kind : text(`channels.kind_${kind}`)}
            </option>
          ))}
        </select>
        {data?.example === true && <span className="badge">{text('strategies.arrivesExample')}</span>}
      </div>
      <Bubble shown={shown} />
    </section>
  );
}

function Bubble({ shown }: { shown: PreviewMessage }): ReactElement {
  const text = useText();
  const { sms, characters, shortened, limit } = shown;
  return (
    <>
      <p className="bubble">{shown.shown}</p>
      <p className="hint">
        {sms === null
          ? text('strategies.arrivesCharacters', { count: characters })
          : text('strategies.arrivesSegments', { count: sms.segments, characters, encoding: sms.encoding })}
        {shortened && limit !== null && <span className="badge">{text('strategies.arrivesShortened')}</span>}
      </p>
    </>
  );
}
