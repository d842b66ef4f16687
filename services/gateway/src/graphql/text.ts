import { UbotError } from '@ubot/contracts';
import { Lexer, parse, Source, TokenKind, type DocumentNode } from 'graphql';

/** Words and signs of one text; the introspection query of every common tool has under 500. */
const TOKENS = 10_000;
/** Brackets within brackets; the parser goes one call deeper with each. */
const NESTING = 50;

const OPENING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * The document that a query's text says.
 *
 * Errors: GRAPHQL_TOO_COMPLEX for a text that is too long or too nested to be worth parsing; throws graphql's own
 *         GraphQLError for one that is not GraphQL.
 */
export function parseText(text: string): DocumentNode {
  const source = new Source(text);
  const lexer = new Lexer(source);
  let nesting = 0;
  for (let count = 0; lexer.advance().kind !== TokenKind.EOF; count += 1) {
    const { kind } = lexer.token;
    if (OPENING.has(kind)) nesting += 1;
    if (CLOSING.has(kind)) nesting -= 1;
    if (count >= TOKENS)
      throw new UbotError('GRAPHQL_TOO_COMPLEX', `The query has more than ${TOKENS} words and signs.`);
    if (nesting > NESTING) {
      throw new UbotError('GRAPHQL_TOO_COMPLEX', `The query has more than ${NESTING} brackets within each other.`);
    }
  }
  return parse(source);
}
