import type { Channel } from '@ubot/contracts';

/** The ids of channels that a file names; `mistake` says what is wrong with the first name that is not one channel's. */
export function channelIdsOf(
  names: readonly string[],
  channels: readonly Channel[],
): { ids: string[]; mistake: string | null } {
  const ids: string[] = [];
  for (const name of names) {
    const [only, another] = channels.filter((channel) => channel.name === name);
    if (only === undefined) return { ids, mistake: `You have no channel named "${name}".` };
    if (another !== undefined) return { ids, mistake: `Several of your channels are named "${name}": give its id.` };
    ids.push(only.id);
  }
  return { ids, mistake: null };
}

/** How a file refers to channels: by their names where each names one of them, else by their ids. */
export function channelsForFile(
  ids: readonly string[],
  channels: readonly Channel[],
): { channels: string[] } | { channelIds: string[] } {
  const own = channels.filter(({ id }) => ids.includes(id)).map(({ id, name }) => ({ id, name }));
  const inOrder = ids.flatMap((id) => own.filter((channel) => channel.id === id));
  const isNamed = inOrder.every(({ name }) => channels.filter((channel) => channel.name === name).length === 1);
  return isNamed ? { channels: inOrder.map(({ name }) => name) } : { channelIds: inOrder.map(({ id }) => id) };
}
