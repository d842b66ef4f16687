import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

/** Work that ends when it is told to, and what was begun. */
function desk() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return { begun, work, end: (name: string) => ends.get(name)?.() };
}

const turnsOf = (more = {}) => createTurns({ mostWaiting: 10, waitLimitMs: 60_000, ...more });

describe('turns', () => {
  it('does one piece of work at a time, in the order of asking', async () => {
    const { begun, work, end } = desk();
    const turns = turnsOf();
    const all = ['ann', 'bob', 'cat'].map((who) => turns.run(who, work(who)));
    await Promise.resolve();
    expect(begun).toEqual(['ann']);
    end('ann');
    await all[0];
    await Promise.resolve();
    expect(begun).toEqual(['ann', 'bob']);
    end('bob');
    await all[1];
    await Promise.resolve();
    end('cat');
    expect(await Promise.all(all)).toEqual(['ann', 'bob', 'cat']);
  });

  it('lets the newest of one user take the place of the one that waits, before those who came later', async () => {
    const { begun, work, end } = desk();
    const turns = turnsOf();
    const first = turns.run('ann', work('ann 1'));
    const second = turns.run('ann', work('ann 2'));
    const bob = turns.run('bob', work('bob'));
    const third = turns.run('ann', work('ann 3'));
    await expect(second).rejects.toMatchObject({ code: 'PREVIEW_SUPERSEDED' });
    end('ann 1');
    await first;
    await Promise.resolve();
    end('ann 3');
    await third;
    await Promise.resolve();
    end('bob');
    await bob;
    expect(begun).toEqual(['ann 1', 'ann 3', 'bob']);
  });

  it('refuses when too many wait, and gives up who waits too long', async () => {
    const { work, end } = desk();
    const turns = turnsOf({ mostWaiting: 1, waitLimitMs: 20 });
    const first = turns.run('ann', work('ann'));
    const bob = turns.run('bob', work('bob'));
    await expect(turns.run('cat', work('cat'))).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 20 });
    await expect(bob).rejects.toMatchObject({ code: 'ANSWER_TOO_SLOW' });
    end('ann');
    await first;
    const next = turns.run('cat', work('cat'));
    await Promise.resolve();
    end('cat');
    expect(await next).toBe('cat');
  });

  it('goes on after work that fails', async () => {
    const turns = turnsOf();
    const failing = turns.run('ann', () => Promise.reject(new Error('no')));
    const next = turns.run('bob', async () => 'bob');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('bob');
  });
});
