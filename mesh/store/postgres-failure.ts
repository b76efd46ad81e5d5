import { isNativeError } from 'node:util/types';
import { OptimisticLockError } from '@mikro-orm/core';
import { Failure } from '../failure.ts';
import { isConnectionTrouble } from './connection-trouble.ts';
import { scrub } from './values.ts';

/** Serialization failure and deadlock: the same transaction, run again, may well succeed. */
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01']);
/** Connection exceptions, shutdown and start of the server, too many connections, a server that became a read-only replica. */
const AWAY = /^(08...|57P0[1-5]|53300|25006)$/;
/** Cancelled by statement_timeout (or an operator), ended by idle_in_transaction_session_timeout or transaction_timeout. */
const TOO_SLOW: ReadonlySet<string> = new Set(['57014', '25P03', '25P04']);

/** SQLSTATE of an error of `pg` or MikroORM (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export function sqlState(error: unknown): string | undefined {
  const code = isNativeError(error) && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Whether PostgreSQL undid the transaction only because of what others did at the same time. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.has(sqlState(error) ?? '');
}

/** Whether the server could not be reached, is starting or stopping, or takes no more connections: later it may work. */
export function isServerAway(error: unknown): boolean {
  return AWAY.test(sqlState(error) ?? '') || isConnectionTrouble(error);
}

/**
 * What trouble of PostgreSQL means to the caller: CONCURRENT_CHANGE, DEADLINE_EXCEEDED or DEPENDENCY_UNAVAILABLE. Everything else
 * (constraint violations, bugs, the service's own refusals) is answered as it is, but for the values in it.
 */
export function translatePostgresError(error: unknown): unknown {
  if (error instanceof Failure) return error;
  scrub(error);
  const state = sqlState(error) ?? '';
  if (error instanceof OptimisticLockError || CONFLICTS.has(state) || state === '55P03') {
    return new Failure('CONCURRENT_CHANGE', 'Somebody else changed this at the same time; read it again.', { cause: error });
  }
  if (TOO_SLOW.has(state)) return new Failure('DEADLINE_EXCEEDED', 'The database did not answer in time.', { cause: error });
  if (isServerAway(error)) {
    return new Failure('DEPENDENCY_UNAVAILABLE', 'The database is away; try again later.', { cause: error });
  }
  return error;
}
