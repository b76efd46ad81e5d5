import { isNativeError } from 'node:util/types';

/** Error codes of Node's sockets and name resolution that mean the other side can't be reached now. */
const SOCKET_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Errors of MongoDB's driver about the way to the server. */
const MONGO_NAMES = /^Mongo(Network|ServerSelection|NotConnected|PoolCleared|PoolClosed|TopologyClosed|WaitQueueTimeout)\w*$/;
/** Refusals of MongoDB (`codeName`) and ClickHouse (`type`) that are about the server's state and not about what was asked. */
const SERVER_STATES: ReadonlySet<unknown> = new Set([
  'InterruptedAtShutdown',
  'InterruptedDueToReplStateChange',
  'MaxTimeMSExpired',
  'NotPrimaryNoSecondaryOk',
  'NotWritablePrimary',
  'PrimarySteppedDown',
  'ShutdownInProgress',
  'ALL_CONNECTION_TRIES_FAILED',
  'KEEPER_EXCEPTION',
  'MEMORY_LIMIT_EXCEEDED',
  'NETWORK_ERROR',
  'SOCKET_TIMEOUT',
  'TABLE_IS_READ_ONLY',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_PARTS',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
]);
/** What `pg` and ClickHouse's client say, without a code, when they lose or can't get a connection. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after|Timeout error\.|socket hang up)/;

/** Whether a store or a peer can't be reached or can't serve just now, whatever library says so. */
export function isConnectionTrouble(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  const { code, codeName, type, errors } = error as Error & { code?: unknown; codeName?: unknown; type?: unknown; errors?: unknown };
  return (
    SOCKET_CODES.has(code) ||
    SERVER_STATES.has(codeName) ||
    SERVER_STATES.has(type) ||
    MONGO_NAMES.test(error.name) ||
    MESSAGES.test(error.message) ||
    (Array.isArray(errors) && errors.some(isConnectionTrouble)) ||
    isConnectionTrouble(error.cause)
  );
}
