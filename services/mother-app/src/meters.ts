import { Counter, Gauge, type Registry } from 'prom-client';
import type { PollerReport } from './poller.ts';
import type { SessionOptions } from './session.ts';
import type { MarketView } from './view.ts';

/** The service's own metrics. */
export function createMeters(registry: Registry, options: { view: MarketView; nowMs: () => number }) {
  const { view, nowMs } = options;
  const registers = [registry];
  const stored = new Counter({
    name: 'ubot_snapshots_stored_total',
    help: 'Snapshots stored by this process.',
    registers,
  });
  const leftOut = new Counter({
    name: 'ubot_coins_left_out_total',
    help: 'Coins of polls whose data failed the check.',
    registers,
  });
  const credits = new Counter({ name: 'ubot_source_credits_total', help: 'Credits that polls have cost.', registers });
  const failures = new Counter({
    name: 'ubot_poll_failures_total',
    help: 'Polls that failed, by code.',
    labelNames: ['code'],
    registers,
  });
  const creditsLeft = new Gauge({ name: 'ubot_source_credits_left', help: 'Credits left in this period.', registers });
  const age = new Gauge({
    name: 'ubot_snapshot_age_seconds',
    help: 'Age of the newest snapshot.',
    registers,
    collect() {
      const state = view.marketState(nowMs());
      if (state !== null) age.set(state.ageMs / 1_000);
    },
  });
  let lastFailure: PollerReport['lastFailure'] = null;

  return {
    onReport(report: PollerReport): void {
      if (report.creditsLeft !== null) creditsLeft.set(report.creditsLeft);
      if (report.lastFailure === null || report.lastFailure === lastFailure) return;
      lastFailure = report.lastFailure;
      failures.inc({ code: lastFailure.code });
    },
    onStored({ outcome }: Parameters<SessionOptions['onStored']>[0]): void {
      stored.inc();
      leftOut.inc(outcome.leftOutCount);
      credits.inc(outcome.creditCount);
    },
  };
}
