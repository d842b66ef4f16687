import { LIMITS } from '@ubot/contracts';
import { useId, useState, type ReactElement } from 'react';
import { useApi } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { IconButton } from '../../ui/Button.tsx';

const TAG = /^[a-z0-9][a-z0-9._-]{0,39}$/;
const STRATEGIES_ASKED = 200;

/** "Long Term " → "long-term": as tags are kept. */
const asTag = (written: string): string => written.trim().toLowerCase().replaceAll(/\s+/g, '-');

/** What a strategy is grouped by, and whether it may wake people up. */
export function TagFields({
  tags,
  urgent,
  onChange,
}: {
  tags: readonly string[];
  urgent: boolean;
  onChange: (changes: { tags?: readonly string[]; urgent?: boolean }) => void;
}): ReactElement {
  const text = useText();
  const id = useId();
  const [written, setWritten] = useState('');
  const { data } = useApi('GET /api/v1/strategies', { query: { limit: STRATEGIES_ASKED } });
  const known = [...new Set(data?.strategies.flatMap((each) => each.tags))].filter((tag) => !tags.includes(tag));
  const tag = asTag(written);
  const isWrong = tag !== '' && !TAG.test(tag);
  const isFull = tags.length >= LIMITS.tagsPerStrategy;
  const add = (): void => {
    if (tag === '' || isWrong || isFull) return;
    if (!tags.includes(tag)) onChange({ tags: [...tags, tag] });
    setWritten('');
  };
  return (
    <fieldset className="fieldset">
      <legend>{text('strategies.tags')}</legend>
      {tags.length > 0 && (
        <ul className="tags" aria-label={text('strategies.tags')}>
          {tags.map((each) => (
            <li key={each} className="tag">
              {each}
              <IconButton
                icon="close"
                label={text('strategies.removeTag', { tag: each })}
                onClick={() => onChange({ tags: tags.filter((other) => other !== each) })}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="field">
        <input
          className="input"
          list={`${id}-known`}
          aria-label={text('strategies.addTag')}
          aria-invalid={isWrong}
          aria-describedby={`${id}-about`}
          placeholder={text('strategies.addTag')}
          value={written}
          disabled={isFull}
          onChange={({ target }) => setWritten(target.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== ',') return;
            event.preventDefault();
            add();
          }}
        />
        <datalist id={`${id}-known`}>
          {known.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </datalist>
        <p id={`${id}-about`} className={isWrong ? 'mistake' : 'hint'}>
          {text(isWrong ? 'strategies.tagWrong' : isFull ? 'strategies.tagsFull' : 'strategies.tagsAbout')}
        </p>
      </div>
      <label className="choice">
        <input type="checkbox" checked={urgent} onChange={({ target }) => onChange({ urgent: target.checked })} />
        {text('strategies.urgent')}
      </label>
      <p className="hint">{text('strategies.urgentAbout')}</p>
    </fieldset>
  );
}
