import { ERRORS, type Result } from '@ubot/contracts';
import type { MarketSource } from '@ubot/sources';

/**
 * A source that is made anew after a refusal for good. A driver that was told "this key is not valid" rightly stops
 * asking; yet keys are mended and plans are paid at the provider, without a word to us. The poller asks ever more seldom
 * after such a refusal, and each of those times a fresh driver asks once.
 */
export function renewingSource(options: { first: MarketSource; make(): Promise<Result<MarketSource>> }): MarketSource {
  let source = options.first;
  let refused = false;

  const fresh = async (): Promise<MarketSource> => {
    if (!refused) return source;
    const made = await options.make();
    // "auto" may have turned to another source meanwhile; a market does not change its source while it runs.
    if (!made.ok || made.value.name !== source.name) return source;
    await source.close();
    source = made.value;
    refused = false;
    return source;
  };

  const watched = <T>(result: Result<T>): Result<T> => {
    if (!result.ok && !ERRORS[result.failure.code].retryable) refused = true;
    return result;
  };

  const { name, label, demo, coins, history } = options.first;
  return {
    name,
    label,
    demo,
    schedule: async () => watched(await (await fresh()).schedule()),
    poll: async (request) => watched(await (await fresh()).poll(request)),
    ...(coins !== undefined && { coins: () => source.coins?.() ?? [] }),
    ...(history !== undefined && {
      async *history(request) {
        const parts = source.history?.(request);
        if (parts !== undefined) yield* parts;
      },
    }),
    close: () => source.close(),
  };
}
