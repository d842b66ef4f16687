import type { CostLine } from '@ubot/contracts';
import { useState, type ReactElement } from 'react';
import { useApi } from '../../api/api.ts';
import { PushSwitch } from '../../push/PushSwitch.tsx';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { AddChannel } from './AddChannel.tsx';
import { ChannelRow } from './ChannelRow.tsx';
import { Costs } from './Costs.tsx';
import './channels.css';

const NOTHING: readonly CostLine[] = [];

/** Where alerts go, and whether each place is shown to be the user's. */
export function ChannelsPage(): ReactElement {
  const text = useText();
  const { data, error, refetch } = useApi('GET /api/v1/channels', {});
  const { data: kinds } = useApi('GET /api/v1/channel-kinds', {}, { staleTime: 5 * 60_000 });
  const { data: costs } = useApi('GET /api/v1/costs', {}, { staleTime: 60_000 });
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
      <PushSwitch />
      {data === undefined && error === null && <Loading lines={4} height="4rem" />}
      {data === undefined && error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data?.channels.length === 0 && (
        <Empty icon="channel" title={text('channels.emptyTitle')} about={text('channels.emptyAbout')} />
      )}
      <ul className="channel-list">
        {data?.channels.map((channel) => (
          <ChannelRow
            key={channel.id}
            channel={channel}
            kinds={kinds}
            costs={costs?.lines.filter(({ channelId }) => channelId === channel.id) ?? NOTHING}
          />
        ))}
      </ul>
      {costs !== undefined && <Costs costs={costs} />}
      {isAdding && <AddChannel onClose={() => setAdding(false)} />}
    </div>
  );
}
