// Made by grammar.mjs.
export const AndKeyword = 1;
export const OrKeyword = 2;
export const NotKeyword = 3;
export const CrossesKeyword = 4;
export const AboveKeyword = 5;
export const BelowKeyword = 6;
