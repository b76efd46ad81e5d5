import type { AuthContext } from '@grpc/grpc-js/build/src/auth-context.js';
import { workloadOf } from './spiffe-id.ts';

interface CallWithAuth {
  getAuthContext(): AuthContext;
}

/** The session of a call's connection. Not public in grpc-js, so it is looked for, and done without when it is not there. */
function sessionOf(call: CallWithAuth): object | undefined {
  const inner = (call as { call?: { stream?: { session?: object } } }).call;
  const session = inner?.stream?.session;
  return typeof session === 'object' ? session : undefined;
}

const workloads = new WeakMap<object, string>();

/**
 * The workload that calls, from its verified certificate; undefined when it showed none. Reading a certificate costs more than a whole small
 * call, and a connection's never changes, so it is read once a connection.
 */
export function peerOf(call: CallWithAuth): string | undefined {
  const session = sessionOf(call);
  const known = session === undefined ? undefined : workloads.get(session);
  if (known !== undefined) return known;
  const workload = workloadOf(call.getAuthContext().sslPeerCertificate?.subjectaltname);
  if (session !== undefined && workload !== undefined) workloads.set(session, workload);
  return workload;
}

/** Whether the workload of this call's connection has been read before (for tests: grpc-js may move the session). */
export function isPeerCached(call: CallWithAuth): boolean {
  const session = sessionOf(call);
  return session !== undefined && workloads.has(session);
}
