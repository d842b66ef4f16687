import { customType } from 'drizzle-orm/pg-core';

/** A `timestamptz` column as epoch milliseconds. */
export const epochMs = customType<{ data: number; driverData: string }>({
  dataType: () => 'timestamptz',
  toDriver: (value) => new Date(value).toISOString(),
  fromDriver: (value) => new Date(value).getTime(),
});
