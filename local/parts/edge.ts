import { join } from 'node:path';
import { envoyArguments } from '@shopverse/gateway/envoy-arguments';
import { SERVICES } from '../services.ts';
import { installEnvoy } from '../tools/envoy.ts';
import { run } from '../tools/run.ts';
import { issueCertificate } from './certificates.ts';
import type { StackContext } from './context.ts';
import { discoveryNeed } from './discovery.ts';
import { untilEdgeSees } from './edge-view.ts';
import { NODE, nodeCommand } from './node-part.ts';
import type { Part } from './part.ts';
import { httpReady } from './probe.ts';

/** No limit for a client that anything on one machine would meet. */
const UNLIMITED = Object.fromEntries(
  ['ADDRESS_READS', 'ADDRESS_WRITES', 'ADDRESS_CREDENTIALS', 'USER_READS', 'USER_WRITES'].map((what) => [
    `EDGE_${what}_PER_MINUTE`,
    '10000000',
  ]),
);

/** The Envoy edge, with the configuration that the gateway derives from the contracts. */
export function edgePart(context: StackContext): Part {
  const { config, home, ports, addresses } = context;
  const [port, admin] = [ports['edge'] ?? 0, ports['edge_admin'] ?? 0];
  const out = join(home.run, 'edge');
  let binary = config.SHOPVERSE_ENVOY;
  return {
    name: 'edge',
    // Its first key set comes from auth; without one, signed-in calls would be refused for a moment.
    needs: ['auth', ...discoveryNeed(context)],
    address: addresses.edge,
    version: 'Envoy 1.40.0',
    ports: ['edge', 'edge_admin'],
    fetch: async (progress, signal) => {
      if (binary === '') binary = await installEnvoy(config.SHOPVERSE_TOOLS, progress, signal);
    },
    command: async () => {
      const certificates = await issueCertificate(context, 'edge');
      const { args, env, cwd } = nodeCommand(
        'gateway/render.ts',
        {
          EDGE_LISTEN: `127.0.0.1:${port}`,
          EDGE_ADMIN_LISTEN: `127.0.0.1:${admin}`,
          EDGE_CERTIFICATES: certificates,
          ...(config.SHOPVERSE_MESH === 'xds'
            ? { EDGE_DISCOVERY: `127.0.0.1:${ports['discovery'] ?? 0}` }
            : { EDGE_UPSTREAMS: SERVICES.map(({ name }) => `${name}=127.0.0.1:${ports[name] ?? 0}`).join(',') }),
          EDGE_JWKS_URL: `http://127.0.0.1:${ports['auth_admin'] ?? 0}/.well-known/jwks.json`,
          ...(config.SHOPVERSE_RATE_LIMITS === 'off' ? UNLIMITED : {}),
          EDGE_TRACE_SAMPLING: String(config.SHOPVERSE_TRACE_PERCENT),
          ...(addresses.otlp === undefined ? {} : { EDGE_OTLP: new URL(addresses.otlp).host }),
        },
        { args: ['--out', out] },
      );
      await run(NODE, args, "The edge's configuration could not be written.", {
        ...(env === undefined ? {} : { env }),
        ...(cwd === undefined ? {} : { cwd }),
      });
      return {
        file: binary,
        args: [...envoyArguments(join(out, 'envoy.json')), '--log-level', 'warn'],
        env: { PATH: process.env['PATH'] },
      };
    },
    ready: async (signal) => {
      await httpReady(`http://127.0.0.1:${admin}/ready`, signal);
      await httpReady(`http://127.0.0.1:${port}/healthz`, signal);
    },
    // The services that were ready before it are not to be found away.
    prepare: () => untilEdgeSees(admin),
    // A bare SIGTERM would cut the calls under way.
    beforeStop: async () => {
      await fetch(`http://127.0.0.1:${admin}/drain_listeners?graceful&skip_exit`, { method: 'POST', signal: AbortSignal.timeout(2_000) });
    },
  };
}
