import { Type, type Static } from 'typebox';

export const ModuleName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' });

/** A text, or a few named texts. */
export const ModuleAddressSchema = Type.Union([
  Type.String({ minLength: 1, maxLength: 500 }),
  Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,39}$' }), Type.String({ maxLength: 500 }), {
    minProperties: 1,
    maxProperties: 10,
  }),
]);
export type ModuleAddress = Static<typeof ModuleAddressSchema>;
