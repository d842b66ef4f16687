import type { en } from './en/index.ts';

type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Shape<T[K]> };
/** The texts of one language: exactly those that English has. */
export type Texts = Shape<typeof en>;
