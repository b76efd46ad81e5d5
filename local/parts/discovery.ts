import { DISCOVERY } from '@shopverse/mesh/discovery/instance/workload';
import { issueCertificate } from './certificates.ts';
import type { StackContext } from './context.ts';
import { nodeCommand } from './node-part.ts';
import type { Part } from './part.ts';
import { httpReady } from './probe.ts';

/** The control plane, for whoever needs it: nobody when addresses are fixed. */
export function discoveryNeed({ config }: StackContext): string[] {
  return config.SHOPVERSE_MESH === 'xds' ? [DISCOVERY] : [];
}

/** The mesh's control plane: who is where, and how they are called (mesh/discovery). */
export function discoveryPart(context: StackContext): Part {
  const { ports, config } = context;
  const [rpc, admin] = [ports[DISCOVERY] ?? 0, ports[`${DISCOVERY}_admin`] ?? 0];
  return {
    name: DISCOVERY,
    needs: [],
    address: `127.0.0.1:${rpc} (gRPC), http://127.0.0.1:${admin} (admin)`,
    version: '0.1.0',
    ports: [DISCOVERY, `${DISCOVERY}_admin`],
    command: async () =>
      nodeCommand(
        'mesh/discovery/main.ts',
        {
          RPC_LISTEN: `127.0.0.1:${rpc}`,
          ADMIN_LISTEN: `127.0.0.1:${admin}`,
          MESH_CERTIFICATES: await issueCertificate(context, DISCOVERY),
          LOG_LEVEL: config.SHOPVERSE_LOG_LEVEL,
          // A laptop that is busy may keep a process waiting for seconds; whoever is killed is missed at once all the same.
          DISCOVERY_LEASE_MS: '20000',
        },
        { telemetry: true },
      ),
    ready: (signal) => httpReady(`http://127.0.0.1:${admin}/readyz`, signal),
  };
}
