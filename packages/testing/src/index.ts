export { sharedData, hasSharedData, NO_SHARED_DATA } from './sharedData.ts';
