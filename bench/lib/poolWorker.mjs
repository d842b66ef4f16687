import { createSliceRunner } from '@ubot/engine';

const runner = createSliceRunner();

/** The work of one thread of a pool that is being measured. */
export function run(task) {
  return runner.run(task);
}
