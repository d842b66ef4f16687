import type { Channel } from '@ubot/contracts';
import { useState, type ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Confirm } from '../../ui/Dialog.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';
import { AddChannel } from './AddChannel.tsx';
import { addressOf, CHANNEL_FORMS } from './kinds.ts';
import { Verify } from './Verify.tsx';
import './channels.css';

const LIST = 'GET /api/v1/channels';

/** Where alerts go, and whether each place is shown to be the user's. */
export function ChannelsPage(): ReactElement {
  const text = useText();
  const { data, error, refetch } = useApi(LIST, {});
  const [isAdding, setAdding] = useState(false);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{text('channels.title')}</h1>
        <Button kind="primary" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          {text('channels.add')}
        </Button>
      </div>
      {data === undefined && error === null && <Loading lines={4} height="4rem" />}
      {data === undefined && error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data?.channels.length === 0 && (
        <Empty icon="channel" title={text('channels.emptyTitle')} about={text('channels.emptyAbout')} />
      )}
      <ul className="channel-list">
        {data?.channels.map((channel) => (
          <ChannelRow key={channel.id} channel={channel} />
        ))}
      </ul>
      {isAdding && <AddChannel onClose={() => setAdding(false)} />}
    </div>
  );
}

function ChannelRow({ channel }: { channel: Channel }): ReactElement {
  const text = useText();
  const [open, setOpen] = useState<'delete' | 'verify' | null>(null);
  const replace = useAct('PUT /api/v1/channels/{id}', [LIST]);
  const remove = useAct('DELETE /api/v1/channels/{id}', [LIST]);
  const { id, name, target, enabled, verified } = channel;
  const title = CHANNEL_FORMS.find(({ kind }) => kind === target.kind)?.title;
  return (
    <li className="card channel-row">
      <button
        type="button"
        role="switch"
        className="switch"
        aria-checked={enabled}
        aria-label={text(enabled ? 'channels.pauseIt' : 'channels.enableIt', { name })}
        disabled={replace.isPending}
        onClick={() =>
          replace.mutate({ params: { id }, body: { name, target, enabled: !enabled } }, { onError: toastFailure })
        }
      />
      <div className="about">
        <strong>{name}</strong>
        <p className="facts">
          {title === undefined ? target.kind : text(title)} {addressOf(target)}
        </p>
      </div>
      {verified ? (
        <span className="badge good">{text('channels.verified')}</span>
      ) : (
        <Button kind="primary" onClick={() => setOpen('verify')}>
          {text('channels.verify')}
        </Button>
      )}
      <IconButton icon="trash" label={text('channels.deleteIt', { name })} onClick={() => setOpen('delete')} />
      {open === 'verify' && <Verify channel={channel} onClose={() => setOpen(null)} />}
      {open === 'delete' && (
        <Confirm
          title={text('channels.deleteTitle', { name })}
          about={text('channels.deleteAbout')}
          action={text('shell.delete')}
          onClose={() => setOpen(null)}
          onConfirm={() => {
            setOpen(null);
            remove.mutate(
              { params: { id } },
              { onSuccess: () => toast(text('channels.deleted', { name })), onError: toastFailure },
            );
          }}
        />
      )}
    </li>
  );
}
