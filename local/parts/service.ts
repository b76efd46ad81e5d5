import { join } from 'node:path';
import type { ServiceEntry } from '../services.ts';
import { settingsOf } from '../settings.ts';
import type { StackContext } from './context.ts';
import { nodeCommand } from './node-part.ts';
import type { Part } from './part.ts';
import { httpReady } from './probe.ts';

/** Certificates of this stack are good for a day and are renewed at half of it. */
export const CERTIFICATE_TTL_MS = 24 * 3600_000;

/** A service of the shop as a process. */
export function servicePart(entry: ServiceEntry, context: StackContext): Part {
  const { name, store } = entry;
  const { ports, config } = context;
  const admin = ports[`${name}_admin`] ?? 0;
  const own = {
    postgres: config.SHOPVERSE_POSTGRES_URL,
    mongodb: config.SHOPVERSE_MONGODB_URL,
    clickhouse: config.SHOPVERSE_CLICKHOUSE_URL,
  }[store];
  return {
    name,
    needs: [...(own === '' ? [store] : []), ...(config.SHOPVERSE_KAFKA_URL === '' ? ['kafka'] : [])],
    address: `127.0.0.1:${ports[name] ?? 0} (gRPC), http://127.0.0.1:${admin} (admin)`,
    version: '0.1.0',
    ports: [name, `${name}_admin`],
    command: async () => nodeCommand(`services/${name}/main.ts`, await serviceEnvironment(entry, context), { telemetry: true }),
    ready: (signal) => httpReady(`http://127.0.0.1:${admin}/readyz`, signal),
  };
}

/** The environment of a service's process, or of a script that acts as the service. */
export async function serviceEnvironment({ name, store, peers }: ServiceEntry, context: StackContext): Promise<Record<string, string>> {
  const { ports, config, home, addresses, secrets, authority } = context;
  const certificates = join(home.certificates, name);
  await authority.issueInto(certificates, name, { ttlMs: CERTIFICATE_TTL_MS });
  return {
    RPC_LISTEN: `127.0.0.1:${ports[name] ?? 0}`,
    ADMIN_LISTEN: `127.0.0.1:${ports[`${name}_admin`] ?? 0}`,
    MESH_CERTIFICATES: certificates,
    KAFKA_BROKERS: addresses.kafkaBrokers,
    LOG_LEVEL: config.SHOPVERSE_LOG_LEVEL,
    ...(addresses.otlp === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: addresses.otlp }),
    ...Object.fromEntries(peers.map((peer) => [`MESH_TARGET_${peer.toUpperCase()}`, `127.0.0.1:${ports[peer] ?? 0}`])),
    ...(store === 'postgres' ? { DATABASE_URL: addresses.database(name) } : {}),
    ...(store === 'mongodb' ? { MONGODB_URL: addresses.mongodb(name) } : {}),
    ...(store === 'clickhouse' ? { CLICKHOUSE_URL: addresses.clickhouse } : {}),
    ...(name === 'auth' ? { AUTH_MASTER_KEY: secrets.authMasterKey } : {}),
    ...(name === 'payment' ? { PAYMENT_PROVIDER: 'razorpay', RAZORPAY_API_URL: addresses.sandbox, ...razorpayKeys(context) } : {}),
    ...(name === 'notification' ? { SMTP_URL: addresses.smtp } : {}),
    ...settingsOf(name, config),
  };
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
