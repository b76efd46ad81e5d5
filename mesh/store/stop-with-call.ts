import type { Pool, PoolClient } from 'pg';
import { currentCall } from '../rpc/call.ts';

/**
 * Makes the statements of a pool end with the call for which they run: when its deadline passes or its client hangs up, the server is told to cancel, so that
 * nobody works on what nobody waits for. Costs no round trip while calls end in time.
 *
 * A connection whose statement was cancelled is not used again: the word to cancel may arrive late, and must not hit the statement of somebody else.
 *
 * @param cancel tells the server to cancel what the backend with this pid is doing
 */
export function stopStatementsWithCalls(pool: Pick<Pool, 'connect'>, cancel: (pid: number) => void): void {
  const connect = pool.connect.bind(pool) as { (): Promise<PoolClient>; (callback: Parameters<Pool['connect']>[0]): void };
  // The form with a callback is pool.query()'s own, which nobody here uses.
  const connectForCall = (callback?: Parameters<Pool['connect']>[0]) =>
    callback === undefined ? connect().then((client) => boundToCall(client, cancel)) : connect(callback);
  pool.connect = connectForCall as Pool['connect'];
}

function boundToCall(client: PoolClient, cancel: (pid: number) => void): PoolClient {
  const signal = currentCall.getStore()?.signal;
  // What runs after the end of a call cleans up behind it.
  if (signal === undefined || signal.aborted) return client;
  const { processID } = client as PoolClient & { readonly processID: number };
  let stopped = false;
  const stop = () => {
    stopped = true;
    cancel(processID);
  };
  signal.addEventListener('abort', stop, { once: true });
  // The pool gives each borrower a release function of its own.
  const release = client.release.bind(client);
  client.release = (error) => {
    signal.removeEventListener('abort', stop);
    release(stopped ? true : error);
  };
  return client;
}
