import { describe, expect, it } from 'vitest';
import { listingCredits, planPolls, type PlanPollsInput } from './planPolls.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 5, 1); // June has 30 days
const FREE: PlanPollsInput = {
  coins: 200,
  creditsMonthly: 15_000,
  creditsLeft: 15_000,
  resetAtMs: Date.UTC(2026, 6, 1),
  rateLimitMinute: 30,
  nowMs: NOW_MS,
};

function planned(input: Partial<PlanPollsInput>) {
  const result = planPolls({ ...FREE, ...input });
  if (!result.ok) throw new Error(result.failure.detail);
  return result.value;
}

describe('credits of a listing', () => {
  it.each([
    [1, 1],
    [200, 1],
    [201, 2],
    [1_000, 5],
    [5_000, 25],
    [5_001, 26],
    [10_000, 50],
  ])('%i coins cost %i', (coins, credits) => {
    expect(listingCredits(coins)).toBe(credits);
  });
});

describe('the fastest payable cadence', () => {
  it('says what the free plan pays for, to the credit', () => {
    expect(planPolls(FREE)).toEqual({
      ok: true,
      value: {
        intervalMs: 4 * 60_000,
        globalIntervalMs: 15 * 60_000,
        sentence: 'top 200 every 4 min, global every 15 min: 13,680 of 15,000 credits a month',
        creditsPerMonth: 13_680,
        creditsAllowed: 15_000,
      },
    });
  });

  it.each([
    [13_680, 'top 200 every 4 min, global every 15 min: 13,680 of 13,680 credits a month'],
    [13_679, 'top 200 every 5 min, global every 10 min: 12,960 of 13,679 credits a month'],
    [51_840, 'top 200 every 1 min, global every 5 min: 51,840 of 51,840 credits a month'],
    [51_839, 'top 200 every 1 min, global every 10 min: 47,520 of 51,839 credits a month'],
    [10_000_000, 'top 200 every 1 min, global every 5 min: 51,840 of 10,000,000 credits a month'],
  ])('of %i credits: %s', (credits, sentence) => {
    expect(planned({ creditsMonthly: credits, creditsLeft: null }).sentence).toBe(sentence);
  });

  it('never asks faster than the provider refreshes', () => {
    const plan = planned({ creditsMonthly: 1e9, creditsLeft: 1e9 });
    expect([plan.intervalMs, plan.globalIntervalMs]).toEqual([60_000, 300_000]);
  });

  it('keeps within the requests of a minute', () => {
    expect(planned({ coins: 20_000, creditsMonthly: 1e9, creditsLeft: 1e9, rateLimitMinute: 2 }).intervalMs).toBe(
      180_000,
    );
  });

  it('follows what answers really cost', () => {
    expect(planned({ creditsPerListing: 2 }).sentence).toBe(
      'top 200 every 8 min, global every 15 min: 13,680 of 15,000 credits a month',
    );
  });

  it('assumes a cautious plan while the real one is not known', () => {
    const unknown = { creditsMonthly: null, creditsLeft: null, resetAtMs: null, rateLimitMinute: null };
    expect(planned(unknown)).toMatchObject({
      sentence: 'top 200 every 7 min, global every 15 min: 9,052 of an assumed 10,000 credits a month',
      creditsAllowed: null,
    });
  });
});

describe('an allowance that runs low', () => {
  it('keeps the cadence while what is left pays for it', () => {
    // Ten days: 3,600 listings and 960 global, and 10 in reserve.
    const tenDays = { resetAtMs: NOW_MS + 10 * DAY_MS };
    expect(planned({ ...tenDays, creditsLeft: 4_570 }).intervalMs).toBe(240_000);
    const slowed = planned({ ...tenDays, creditsLeft: 4_569 });
    expect(slowed.intervalMs).toBe(300_000);
    expect(slowed.sentence).toBe(
      'top 200 every 5 min, global every 10 min: 12,960 of 15,000 credits a month; slowed down, 4,569 credits are left until 2026-06-11 00:00 UTC',
    );
  });

  it('gets slower than any plan before it stops', () => {
    expect(planned({ creditsLeft: 400 }).intervalMs).toBe(240 * 60_000);
  });

  it('stops until the reset when not even a poll a day is left', () => {
    expect(planPolls({ ...FREE, creditsLeft: 69 })).toEqual({
      ok: false,
      failure: {
        code: 'SOURCE_ALLOWANCE_SPENT',
        detail: '69 credits are left until 2026-07-01 00:00 UTC: too few for one poll a day.',
        retryAfterMs: 30 * DAY_MS,
      },
    });
    expect(planned({ creditsLeft: 70 }).intervalMs).toBe(DAY_MS);
  });

  it('spends no more than there is when it plans anew after every poll, and polls until the end', () => {
    let left = 3_000;
    let atMs = NOW_MS;
    let polls = 0;
    let longestMs = 0;
    while (atMs < FREE.resetAtMs!) {
      const plan = planned({ creditsLeft: left, nowMs: atMs });
      left -= 1 + plan.intervalMs / plan.globalIntervalMs;
      longestMs = Math.max(longestMs, plan.intervalMs);
      atMs += plan.intervalMs;
      polls += 1;
    }
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left).toBeLessThan(300);
    expect(polls).toBeGreaterThan(1_000);
    expect(longestMs).toBeLessThanOrEqual(60 * 60_000);
  });
});

describe('what cannot be paid is refused', () => {
  const detailOf = (input: Partial<PlanPollsInput>) => {
    const result = planPolls({ ...FREE, ...input });
    return result.ok ? result.value.sentence : `${result.failure.code}: ${result.failure.detail}`;
  };

  it.each<[Partial<PlanPollsInput>, string]>([
    [
      { overrideIntervalMs: 60_000 },
      'SOURCE_SCHEDULE_UNPAYABLE: The plan does not pay for top 200 every 1 min, global every 15 min: 46,080 credits a month. The fastest that it pays for is: top 200 every 4 min, global every 15 min: 13,680 of 15,000 credits a month.',
    ],
    [
      { overrideIntervalMs: 30_000 },
      'SOURCE_SCHEDULE_UNPAYABLE: CoinMarketCap refreshes its prices every 60 s; an interval of 30 s is too short.',
    ],
    [
      {
        overrideIntervalMs: 2_000,
        fastestIntervalMs: 1_000,
        creditsMonthly: 2e6,
        creditsLeft: 2e6,
        rateLimitMinute: 90,
      },
      'top 200 every 2 s, global every 5 min: 1,304,640 of 2,000,000 credits a month',
    ],
    [{ overrideIntervalMs: 240_000 }, 'top 200 every 4 min, global every 15 min: 13,680 of 15,000 credits a month'],
    [{ overrideIntervalMs: 600_000 }, 'top 200 every 10 min, global every 10 min: 8,640 of 15,000 credits a month'],
    [
      { coins: 5_000 },
      "SOURCE_SCHEDULE_UNPAYABLE: Even the slowest schedule, top 5,000 every 60 min, global every 60 min: 18,720 credits a month, is more than the plan's 15,000. Configure fewer coins.",
    ],
    [
      { creditsMonthly: 100 },
      "SOURCE_SCHEDULE_UNPAYABLE: Even the slowest schedule, top 200 every 60 min, global every 60 min: 1,440 credits a month, is more than the plan's 100. Configure fewer coins.",
    ],
  ])('%o', (input, sentence) => {
    expect(detailOf(input)).toBe(sentence);
  });
});
