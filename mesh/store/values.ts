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
