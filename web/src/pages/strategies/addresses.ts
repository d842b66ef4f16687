import { PATHS } from '../../paths.ts';

export const addressOfStrategy = (id: string): string => PATHS.strategy.replace(':id', id);
/** The editor with a template in it. */
export const addressOfTemplate = (id: string): string => `${PATHS.newStrategy}?template=${id}`;
