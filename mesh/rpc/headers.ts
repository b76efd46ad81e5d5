import type { Metadata } from '@grpc/grpc-js';
import type { Caller } from './call.ts';

/** The headers (gRPC metadata) by which the mesh speaks, all set by the edge or by a workload passing them on. */
export const headers = {
  userId: 'x-user-id',
  userRole: 'x-user-role',
  userEmail: 'x-user-email',
  sessionId: 'x-session-id',
  requestId: 'x-request-id',
  idempotencyKey: 'idempotency-key',
} as const;

/** The first value of a header as text, or undefined. */
export function header(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The user that a verified peer says it acts for. A role nobody knows counts as not signed in. */
export function readCaller(metadata: Metadata): Caller | undefined {
  const userId = header(metadata, headers.userId);
  const role = header(metadata, headers.userRole);
  if (userId === undefined || (role !== 'CUSTOMER' && role !== 'ADMIN')) return undefined;
  return {
    userId,
    role,
    email: header(metadata, headers.userEmail) ?? '',
    sessionId: header(metadata, headers.sessionId) ?? '',
  };
}

/** Writes the user on whose behalf a call is made. */
export function writeCaller(metadata: Metadata, caller: Caller): void {
  metadata.set(headers.userId, caller.userId);
  metadata.set(headers.userRole, caller.role);
  if (caller.email !== '') metadata.set(headers.userEmail, caller.email);
  if (caller.sessionId !== '') metadata.set(headers.sessionId, caller.sessionId);
}
