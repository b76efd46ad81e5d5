import { isNativeError } from 'node:util/types';

/** Names, parameters and, as what is to be replaced, literals: text (plain and with escapes) and numbers. */
const TOKENS = /"(?:[^"]|"")*"|\$\d+|[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b/g;

/**
 * SQL with `?` for every value. MikroORM writes the values into its statements, where they would be seen in spans; and they may be personal
 * or secret.
 */
export function withoutValues(statement: string): string {
  return statement.replace(TOKENS, (token) => (token.startsWith('"') || token.startsWith('$') ? token : '?'));
}

/** Texts of statements that come again and again, and what of them may be seen. */
const seen = new Map<string, string>();
/** Most of them that are remembered. */
const MAX_SEEN = 1_000;

/** `withoutValues` of a statement whose text comes again and again, as a prepared one's does: looked through once. */
export function withoutValuesOnce(statement: string): string {
  const known = seen.get(statement);
  if (known !== undefined) return known;
  if (seen.size >= MAX_SEEN) seen.clear();
  const text = withoutValues(statement);
  seen.set(statement, text);
  return text;
}

/**
 * Takes the values out of an error of PostgreSQL: its `detail` quotes the key, or the whole row, that broke a constraint, and MikroORM repeats it in
 * the message. Errors end up in logs, spans and dead letters, where nobody's data belongs.
 */
export function scrub(error: unknown): void {
  if (!isNativeError(error)) return;
  for (const field of ['detail', 'where', 'internalQuery']) if (field in error) Reflect.deleteProperty(error, field);
  const message = error.message.replace(/\n - detail: [^]*$/, '');
  if (message !== error.message) {
    if (error.stack !== undefined) error.stack = error.stack.replace(error.message, message);
    error.message = message;
  }
  scrub(error.cause);
}
