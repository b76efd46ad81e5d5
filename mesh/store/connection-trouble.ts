/** Error codes of Node's sockets and name resolution that mean the other side can't be reached now. */
const SOCKET_CODES: ReadonlySet<string> = new Set([
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

/** Errors of MongoDB's driver about the way to the server (an operation's own refusal is a MongoServerError without such a label). */
const MONGO_NAMES = /^Mongo(Network|NetworkTimeout|ServerSelection|NotConnected|PoolCleared|PoolClosed|TopologyClosed|WaitQueueTimeout)\w*$/;

/** What `pg` says, without a code, when it loses or can't get a connection. */
const PG_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after)/;

/** Whether a store or a peer could not be reached, whatever library says so. */
export function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && SOCKET_CODES.has(error.code)) return true;
  if (MONGO_NAMES.test(error.name) || PG_MESSAGES.test(error.message)) return true;
  if (error instanceof AggregateError) return error.errors.some(isConnectionTrouble);
  return error.cause !== undefined && isConnectionTrouble(error.cause);
}
