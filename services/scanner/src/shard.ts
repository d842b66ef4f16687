/** Shard `index` of `count`: a scanner takes the strategies whose id falls to it. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const MOST_SHARDS = 1_024;

/** "i/n" → the shard; null when it is not one. */
export function parseShard(text: string): Shard | null {
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(text.trim());
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  return match !== null && index < count && count <= MOST_SHARDS ? { index, count } : null;
}

export const shardName = ({ index, count }: Shard): string => `${index}/${count}`;

/** FNV-1a over the id: the same everywhere and evenly spread. */
export function isOnShard(strategyId: string, { index, count }: Shard): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < strategyId.length; i++) hash = Math.imul(hash ^ strategyId.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % count === index;
}
