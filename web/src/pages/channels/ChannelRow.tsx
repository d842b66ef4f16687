import type { Channel, ChannelKinds, CostLine } from '@ubot/contracts';
import { useState, type ReactElement } from 'react';
import { useAct } from '../../api/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { formatMoney } from '../../lib/money.ts';
import { unsubscribeHere, useChannelHere } from '../../push/push.ts';
import { useText } from '../../texts/i18n.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Confirm } from '../../ui/Dialog.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';
import { digestInWords, EditChannel } from './EditChannel.tsx';
import { addressOf, kindTitle } from './kinds.ts';
import { TestChannel } from './TestChannel.tsx';
import { Verify } from './Verify.tsx';

const LIST = 'GET /api/v1/channels';

export function ChannelRow({
  channel,
  kinds,
  costs,
}: {
  channel: Channel;
  kinds: ChannelKinds | undefined;
  /** Of this channel, this month. */
  costs: readonly CostLine[];
}): ReactElement {
  const text = useText();
  const [open, setOpen] = useState<'delete' | 'edit' | 'verify' | null>(null);
  const replace = useAct('PUT /api/v1/channels/{id}', [LIST]);
  const remove = useAct('DELETE /api/v1/channels/{id}', [LIST]);
  const isHere = useChannelHere([channel]) !== null;
  const { id, name, target, enabled, verified, digest, options, paused } = channel;
  const doDelete = async (): Promise<void> => {
    setOpen(null);
    try {
      if (isHere) await unsubscribeHere();
      await remove.mutateAsync({ params: { id } });
      toast(text('channels.deleted', { name }));
    } catch (error) {
      toastFailure(error as Error);
    }
  };
  const paid = costs.flatMap(({ currency, amount }) => (currency === null ? [] : [formatMoney(amount, currency)]));
  const facts = [
    kindTitle(target, kinds, text),
    addressOf(target, kinds),
    digestInWords(digest, text),
    options?.picture === false ? text('channels.withoutPicture') : '',
    paid.length === 0 ? '' : text('costs.soFar', { amount: paid.join(' + ') }),
  ];
  return (
    <li className="card channel-row">
      <Switch
        isOn={enabled}
        label={text(enabled ? 'channels.pauseIt' : 'channels.enableIt', { name })}
        disabled={replace.isPending}
        onClick={() =>
          replace.mutate({ params: { id }, body: { name, target, enabled: !enabled } }, { onError: toastFailure })
        }
      />
      <div className="about">
        <strong>{name}</strong>
        {isHere && <span className="badge good">{text('channels.thisBrowser')}</span>}
        <p className="facts">{facts.filter((each) => each !== '').join(' · ')}</p>
      </div>
      <div className="row-actions">
        {verified ? (
          <TestChannel channel={channel} />
        ) : (
          <Button kind="primary" onClick={() => setOpen('verify')}>
            {text('channels.verify')}
          </Button>
        )}
        <IconButton icon="settings" label={text('channels.editIt', { name })} onClick={() => setOpen('edit')} />
        <IconButton icon="trash" label={text('channels.deleteIt', { name })} onClick={() => setOpen('delete')} />
      </div>
      {paused !== undefined && <Paused id={id} paused={paused} />}
      {open === 'verify' && <Verify channel={channel} onClose={() => setOpen(null)} />}
      {open === 'edit' && <EditChannel channel={channel} onClose={() => setOpen(null)} />}
      {open === 'delete' && (
        <Confirm
          title={text('channels.deleteTitle', { name })}
          about={text('channels.deleteAbout')}
          action={text('shell.delete')}
          onClose={() => setOpen(null)}
          onConfirm={() => void doDelete()}
        />
      )}
    </li>
  );
}

/** Why nothing goes there, in the provider's words, and the way back. */
function Paused({ id, paused }: { id: string; paused: NonNullable<Channel['paused']> }): ReactElement {
  const text = useText();
  const resume = useAct('POST /api/v1/channels/{id}/resume', [LIST]);
  const { reason, detail, sinceMs } = paused;
  return (
    <div className="paused note-box" role="status">
      <div>
        <strong>{text(`channels.paused_${reason}`)}</strong>
        <p>
          {detail} ({text('settings.since', { time: formatDateTime(sinceMs) })})
        </p>
        {reason === 'opted_out' && <p>{text('channels.writeStart')}</p>}
      </div>
      {reason === 'unreachable' && (
        <Button
          disabled={resume.isPending}
          onClick={() =>
            resume.mutate(
              { params: { id } },
              { onSuccess: () => toast(text('channels.resumed')), onError: toastFailure },
            )
          }
        >
          {text('channels.resume')}
        </Button>
      )}
    </div>
  );
}
