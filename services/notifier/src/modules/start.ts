import { badPattern, ChannelHandlesSchema, UbotError, type ChannelHandles } from '@ubot/contracts';
import type { ChannelDriver } from '@ubot/notify';
import { startModuleThread, type ModuleThreadEvent } from '@ubot/pipeline';
import type { ModuleSettings } from '@ubot/service-kit';
import { Compile } from 'typebox/compile';
import { createModuleDriver } from './driver.ts';

export interface LoadedChannel {
  readonly name: string;
  readonly handles: ChannelHandles;
  readonly driver: ChannelDriver;
  readonly timeLimitMs: number | undefined;
}

const channelHandles = Compile(ChannelHandlesSchema);

/**
 * Loads the operator's channel modules, each into a thread of its own.
 *
 * Errors: throws CONFIG_INVALID, naming the module, for the first that cannot be used; the others are ended.
 */
export async function startChannelModules(
  settings: readonly ModuleSettings[],
  given: { nowMs: () => number; onEvent: (event: ModuleThreadEvent) => void },
): Promise<LoadedChannel[]> {
  const loaded: LoadedChannel[] = [];
  try {
    for (const entry of settings) loaded.push(await load(entry, given));
  } catch (error) {
    await Promise.all(loaded.map(({ driver }) => driver.close()));
    throw error;
  }
  return loaded;
}

async function load(
  { memoryMb, timeLimitMs, ...entry }: ModuleSettings,
  given: { nowMs: () => number; onEvent: (event: ModuleThreadEvent) => void },
): Promise<LoadedChannel> {
  const started = await startModuleThread({ ...entry, ...given, limits: memoryMb === undefined ? {} : { memoryMb } });
  if (!started.ok) throw new UbotError('CONFIG_INVALID', started.failure.detail);
  const thread = started.value;
  const { handles } = thread;
  const mistake = channelHandles.Check(handles) ? patternMistake(handles) : firstMistake(handles);
  if (mistake !== null || !channelHandles.Check(handles)) {
    await thread.close();
    throw new UbotError('CONFIG_INVALID', `Module "${entry.name}" (${entry.module}): ${mistake}.`);
  }
  return { name: entry.name, handles, timeLimitMs, driver: createModuleDriver(thread, handles) };
}

function firstMistake(handles: unknown): string {
  const [first] = channelHandles.Errors(handles);
  return `its config answered something else than a channel module's: ${first?.instancePath || '/'} ${first?.message}`;
}

function patternMistake({ address }: ChannelHandles): string | null {
  const bad = badPattern(address);
  return bad === null ? null : `its config gave a pattern that cannot be used: ${bad}`;
}
