export { type Bus, type EventLog } from './bus.ts';
export { createMemoryBus } from './memoryBus.ts';
export { createPostgresBus } from './postgresBus.ts';
export { followFeed, type Feed, type FeedOptions } from './followFeed.ts';
