import { readFileSync } from 'node:fs';
import { createSecureServer, type Http2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { frame } from './call.ts';

/**
 * A service that is healthy, takes every call and never answers, not even when the call's deadline is over (grpc-js would answer then by
 * itself). Gives its port and a way to end it.
 */
export async function startSilentService(certificates: string): Promise<{ port: number; stop: () => void }> {
  const read = (name: string): Buffer => readFileSync(join(certificates, name));
  const server = createSecureServer({ cert: read('tls.crt'), key: read('tls.key'), ca: read('ca.crt'), requestCert: true });
  const sessions = new Set<Http2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => session.destroy());
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy());
    if (headers[':path'] !== '/grpc.health.v1.Health/Check') return;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frame(Uint8Array.of(8, 1)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}
