import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Batch } from './evaluate.ts';

export interface ScannerMetrics {
  evaluated(batch: Batch): void;
  strategies(count: number): void;
  workerFailed(): void;
}

const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createScannerMetrics(registry: Registry): ScannerMetrics {
  const registers = [registry];
  const evaluation = new Histogram({
    name: 'ubot_scanner_evaluation_seconds',
    help: 'Time from a snapshot in hand to its decisions.',
    buckets: BUCKETS_S,
    registers,
  });
  const strategies = new Gauge({ name: 'ubot_scanner_strategies', help: 'Strategies being evaluated.', registers });
  const decisions = new Counter({
    name: 'ubot_scanner_decisions_total',
    help: 'Decisions about a strategy and a coin for which something had changed or was still open, by how they ended.',
    labelNames: ['reason'],
    registers,
  });
  const failures = new Counter({
    name: 'ubot_scanner_worker_failures_total',
    help: 'Evaluations given up because a worker failed or took too long; they are done again.',
    registers,
  });
  return {
    evaluated(batch) {
      evaluation.observe(batch.evaluationMs / 1_000);
      for (const [reason, count] of batch.counts) decisions.inc({ reason }, count);
    },
    strategies: (count) => strategies.set(count),
    workerFailed: () => failures.inc(),
  };
}
