import { createSliceRunner, type SliceResult, type SliceTask } from '@ubot/engine';

const runner = createSliceRunner();

/** What a thread of the pool does: one slice of coins, in memory that it shares with the others. */
export function runSlice(task: SliceTask): SliceResult[] {
  return runner.run(task);
}
