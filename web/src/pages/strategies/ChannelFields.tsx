import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../api/api.ts';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';

/** Where the alerts go. None chosen: to the user's default channels. */
export function ChannelFields({
  value,
  onChange,
}: {
  value: readonly string[];
  onChange: (value: readonly string[]) => void;
}): ReactElement {
  const text = useText();
  const { data } = useApi('GET /api/v1/channels', {});
  const channels = data?.channels ?? [];
  return (
    <fieldset className="fieldset">
      <legend>{text('strategies.channels')}</legend>
      <p className="hint">{text('strategies.channelsAbout')}</p>
      <div className="choices">
        {channels.map(({ id, name, target, verified, enabled }) => (
          <label key={id} className="choice">
            <input
              type="checkbox"
              checked={value.includes(id)}
              onChange={({ target: box }) =>
                onChange(box.checked ? [...value, id] : value.filter((each) => each !== id))
              }
            />
            {name} <span className="faint">{target.kind}</span>
            {(!verified || !enabled) && <span className="badge">{text('strategies.channelSilent')}</span>}
          </label>
        ))}
      </div>
      {data !== undefined && channels.length === 0 && (
        <Link className="button" href={PATHS.channels}>
          {text('strategies.addChannel')}
        </Link>
      )}
    </fieldset>
  );
}
