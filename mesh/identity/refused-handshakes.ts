import type { EventEmitter } from 'node:events';
import type { TLSSocket } from 'node:tls';
import type { Server } from '@grpc/grpc-js';
import type { Logger } from '../telemetry/logger.ts';

/** The HTTP/2 servers below a gRPC server. Not public in grpc-js, so they are looked for, and done without when they are not there. */
function serversBelow(server: Server): readonly EventEmitter[] {
  const servers: unknown = (server as unknown as { http2Servers?: unknown }).http2Servers;
  return servers instanceof Map ? [...(servers as ReadonlyMap<EventEmitter, unknown>).keys()] : [];
}

/**
 * Logs whoever is refused before a call: without a certificate, with another authority's, with an expired one. grpc-js keeps silent about them. At most
 * one line a second, so that a stranger can't fill the disk; the others are counted in the next.
 *
 * @returns whether the connections of this server can be watched
 */
export function logRefusedHandshakes(server: Server, log: Logger, now: () => number = Date.now): boolean {
  const below = serversBelow(server);
  let [last, unsaid] = [-Infinity, 0];
  for (const one of below) {
    one.on('tlsClientError', (error: Error & { code?: string }, socket?: TLSSocket) => {
      // A certificate that is not believed ends as a reset, with the reason at the socket.
      const distrust = (socket as { authorizationError?: unknown } | undefined)?.authorizationError;
      const reason = typeof distrust === 'string' ? distrust : (error.code ?? error.message);
      // A probe that opens a connection and closes it again is no caller.
      if (reason === 'ECONNRESET') return;
      if (now() - last < 1_000) {
        unsaid += 1;
        return;
      }
      log.warn({ reason, from: socket?.remoteAddress, unsaid }, 'connection refused: no valid workload certificate');
      [last, unsaid] = [now(), 0];
    });
  }
  return below.length > 0;
}
