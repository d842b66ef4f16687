import { v7 } from 'uuid';

/** A new id, UUID version 7: later ones sort after earlier ones, which keeps indexes dense. */
export function newId(): string {
  return v7();
}
