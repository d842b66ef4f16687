import type { Result } from '@ubot/contracts';
import { startModuleThread } from '@ubot/pipeline';
import type { Logger, ModuleSettings } from '@ubot/service-kit';
import { createModuleSource, type MarketSource } from '@ubot/sources';

/** The names of our own sources, under which prices of theirs may be stored. */
const OURS = ['coinmarketcap', 'demo'];
/** Twenty thousand coins with every figure, and some more. */
const ANSWER_CHARS = 16 * 1024 * 1024;

/**
 * Starts the operator's source module in a thread of its own.
 *
 * Errors: CONFIG_INVALID when none is named, or the one that is cannot be used.
 */
export async function startSourceModule(
  settings: ModuleSettings | null,
  given: { intervalMs?: number; nowMs: () => number; log: Logger },
): Promise<Result<MarketSource>> {
  if (settings === null) return refused('UBOT_SOURCE asks for a module, but UBOT_MODULES_FILE names no source.');
  const { memoryMb, timeLimitMs, ...entry } = settings;
  if (OURS.includes(entry.name)) return refused(`A source module cannot be named "${entry.name}".`);
  const started = await startModuleThread({
    ...entry,
    limits: { answerChars: ANSWER_CHARS, ...(memoryMb !== undefined && { memoryMb }) },
    nowMs: given.nowMs,
    onEvent: (event) => given.log[event.event === 'module.ended' ? 'warn' : 'info'](event),
  });
  if (!started.ok) return started;
  const source = createModuleSource(started.value, { intervalMs: given.intervalMs, timeLimitMs });
  if (!source.ok) await started.value.close();
  return source;
}

function refused(detail: string): Result<never> {
  return { ok: false, failure: { code: 'CONFIG_INVALID', detail } };
}
