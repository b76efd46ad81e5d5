import { join } from 'node:path';
import { sleep } from '@shopverse/mesh/backoff';
import type { ServiceEntry } from '../services.ts';
import { settingsOf } from '../settings.ts';
import { issueCertificate } from './certificates.ts';
import type { StackContext } from './context.ts';
import { untilEdgeSees } from './edge-view.ts';
import { discoveryNeed } from './discovery.ts';
import { nodeCommand } from './node-part.ts';
import type { Part } from './part.ts';
import { httpReady } from './probe.ts';

/** The part of a service's replica: `product` is the first, `product-2` the next. */
export function replicaName(service: string, replica: number): string {
  return replica === 1 ? service : `${service}-${replica}`;
}

/** A service of the shop as a process; replicas count from 1. */
export function servicePart(entry: ServiceEntry, context: StackContext, replica = 1): Part {
  const { store } = entry;
  const { ports, config } = context;
  const name = replicaName(entry.name, replica);
  const admin = ports[`${name}_admin`] ?? 0;
  const own = {
    postgres: config.SHOPVERSE_POSTGRES_URL,
    mongodb: config.SHOPVERSE_MONGODB_URL,
    clickhouse: config.SHOPVERSE_CLICKHOUSE_URL,
  }[store];
  return {
    name,
    needs: [...(own === '' ? [store] : []), ...(config.SHOPVERSE_KAFKA_URL === '' ? ['kafka'] : []), ...discoveryNeed(context)],
    address: `127.0.0.1:${ports[name] ?? 0} (gRPC), http://127.0.0.1:${admin} (admin)`,
    version: '0.1.0',
    follower: store !== 'postgres',
    ports: [name, `${name}_admin`],
    command: async () =>
      nodeCommand(`services/${entry.name}/main.ts`, await serviceEnvironment(entry, context, replica), { telemetry: true }),
    ready: (signal) => httpReady(`http://127.0.0.1:${admin}/readyz`, signal),
    prepare: async () => {
      await untilFound(admin);
      await untilEdgeSees(ports['edge_admin'] ?? 0, ports[name] ?? 0);
    },
  };
}

/** Here everybody calls from the same address: what one client may do must be enough for all of them. */
const ONE_CLIENT = { AUTH_LOCKOUT_CLIENT_FREE_TRIES: '100000', AUTH_PASSWORD_RESETS_PER_CLIENT: '100000' };

/** The environment of a service's process, or of a script that acts as the service. */
export async function serviceEnvironment(
  { name, store, peers }: ServiceEntry,
  context: StackContext,
  replica = 1,
): Promise<Record<string, string>> {
  const { ports, config, addresses, secrets } = context;
  const part = replicaName(name, replica);
  return {
    RPC_LISTEN: `127.0.0.1:${ports[part] ?? 0}`,
    ADMIN_LISTEN: `127.0.0.1:${ports[`${part}_admin`] ?? 0}`,
    MESH_CERTIFICATES: await issueCertificate(context, name),
    KAFKA_BROKERS: addresses.kafkaBrokers,
    LOG_LEVEL: config.SHOPVERSE_LOG_LEVEL,
    ...(addresses.otlp === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: addresses.otlp }),
    ...(config.SHOPVERSE_MESH === 'xds'
      ? { MESH_DISCOVERY: `127.0.0.1:${ports['discovery'] ?? 0}`, MESH_TARGET: 'xds:///{service}' }
      : // Everybody asks auth which sessions were ended.
        fixedTargets([...peers, 'auth'], context)),
    ...(store === 'postgres' ? { DATABASE_URL: addresses.database(name) } : {}),
    ...(store === 'mongodb' ? { MONGODB_URL: addresses.mongodb(name) } : {}),
    ...(store === 'clickhouse' ? { CLICKHOUSE_URL: addresses.clickhouse } : {}),
    ...(name === 'auth' ? { AUTH_MASTER_KEY: secrets.authMasterKey, ...ONE_CLIENT } : {}),
    ...(name === 'payment' ? { PAYMENT_PROVIDER: 'razorpay', RAZORPAY_API_URL: addresses.sandbox, ...razorpayKeys(context) } : {}),
    ...(name === 'notification' ? { SMTP_URL: addresses.smtp } : {}),
    ...settingsOf(name, config),
  };
}

/** How long a replica that is ready is waited for in the mesh, in milliseconds; without a control plane it is ready all the same. */
const FOUND_WITHIN_MS = 3_000;

/** Waits until the control plane knows a replica, so that "ready" means that it is called. */
async function untilFound(admin: number): Promise<void> {
  const signal = AbortSignal.timeout(FOUND_WITHIN_MS);
  while (!signal.aborted) {
    const report = await fetch(`http://127.0.0.1:${admin}/readyz`, { signal })
      .then(async (response) => (await response.json()) as { readonly checks: Readonly<Record<string, { readonly status: string }>> })
      .catch(() => undefined);
    const discovery = report?.checks['discovery'];
    if (report !== undefined && (discovery === undefined || discovery.status === 'up')) return;
    await sleep(50, signal);
  }
}

/** Where the first replicas of some peers are, without asking anybody. */
export function fixedTargets(peers: readonly string[], { ports }: Pick<StackContext, 'ports'>): Record<string, string> {
  return Object.fromEntries(peers.map((peer) => [`MESH_TARGET_${peer.toUpperCase()}`, `127.0.0.1:${ports[peer] ?? 0}`]));
}

/** The sandbox payment provider as a process: an outsider, without a certificate of the mesh. */
export function sandboxPart(context: StackContext): Part {
  const { ports, home, addresses } = context;
  const port = ports['sandbox'] ?? 0;
  return {
    name: 'sandbox',
    needs: [],
    address: addresses.sandbox,
    version: '0.1.0',
    ports: ['sandbox'],
    command: async () =>
      nodeCommand('services/sandbox/main.ts', {
        SANDBOX_LISTEN: `127.0.0.1:${port}`,
        SANDBOX_DATA: join(home.folder, 'data', 'sandbox.db'),
        SANDBOX_WEBHOOK_URL: `${addresses.edge}/v1/payments/webhooks/razorpay`,
        ...razorpayKeys(context),
      }),
    ready: (signal) => httpReady(`http://127.0.0.1:${port}/healthz`, signal),
  };
}

function razorpayKeys({ secrets: { razorpay } }: StackContext): Record<string, string> {
  return { RAZORPAY_KEY_ID: razorpay.keyId, RAZORPAY_KEY_SECRET: razorpay.keySecret, RAZORPAY_WEBHOOK_SECRET: razorpay.webhookSecret };
}
