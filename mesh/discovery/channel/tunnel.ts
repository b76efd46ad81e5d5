import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { connect, type TLSSocket } from 'node:tls';
import { workloadOf } from '../../identity/spiffe-id.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { DISCOVERY } from '../instance/workload.ts';

/** Where a tunnel leads. */
export interface TunnelOptions {
  /** host:port of the control plane's replicas, tried in this order. */
  readonly controlPlanes: readonly string[];
  /** Folder of the workload's certificate. */
  readonly certificates: string;
  readonly log: Logger;
}

/** A way to the control plane for a client that can't do mutual TLS itself. */
export interface Tunnel {
  /** gRPC target of this end: `unix:/…`. */
  readonly target: string;
  close(): void;
}

const CONNECT_MS = 2_000;
/** grpc-js-xds has one connection; a few more may overlap while one dies. */
const MAX_CONNECTIONS = 8;

/**
 * Leads from a Unix socket of this process, in a folder that nobody else may enter, to the control plane over mutual TLS. The xDS client of grpc-js knows no
 * credentials but "insecure" and Google's; Istio's agent stands between its proxyless clients and istiod in the same way. The certificate is read anew for each connection.
 */
export function openTunnel({ controlPlanes, certificates, log }: TunnelOptions): Tunnel {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-'));
  const path = join(folder, 'xds.sock');
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (local) => {
    open.add(local);
    local.once('close', () => open.delete(local));
    local.on('error', () => local.destroy());
    void lead(local).catch((error: Error) => {
      log.warn({ reason: error.message }, 'the control plane can’t be reached; what is known stays');
      local.destroy();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(path);
  server.unref();

  const lead = async (local: Socket): Promise<void> => {
    const remote = await firstOf(controlPlanes, certificates);
    remote.unref();
    // One end that closes, in whatever way, closes the other.
    await Promise.race([pipeline(local, remote), pipeline(remote, local)]).catch(() => undefined);
    local.destroy();
    remote.destroy();
  };
  return {
    target: `unix:${path}`,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A connection to the first replica that takes one. @throws Error of the last when none does */
async function firstOf(addresses: readonly string[], certificates: string): Promise<TLSSocket> {
  let trouble = new Error('MESH_DISCOVERY names no control plane.');
  for (const address of addresses) {
    try {
      return await connectTo(address, certificates);
    } catch (error) {
      trouble = new Error(`${address}: ${(error as Error).message}`);
    }
  }
  throw trouble;
}

async function connectTo(address: string, certificates: string): Promise<TLSSocket> {
  const at = address.lastIndexOf(':');
  const read = (file: string) => readFileSync(join(certificates, file));
  const socket = connect({
    host: address.slice(0, at).replace(/^\[|\]$/g, ''),
    port: Number(address.slice(at + 1)),
    servername: DISCOVERY,
    cert: read('tls.crt'),
    key: read('tls.key'),
    ca: read('ca.crt'),
    ALPNProtocols: ['h2'],
    minVersion: 'TLSv1.3',
    checkServerIdentity: (_host, { subjectaltname }) =>
      workloadOf(subjectaltname) === DISCOVERY ? undefined : new Error(`it is not the control plane but ${subjectaltname}`),
  });
  return new Promise((resolve, reject) => {
    const give = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(CONNECT_MS, () => give(new Error(`no connection within ${CONNECT_MS} ms`)));
    socket.once('error', give);
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.off('error', give);
      resolve(socket);
    });
  });
}
