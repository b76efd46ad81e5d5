import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { integer, text } from '@shopverse/mesh/config/kinds';
import { readConfig, type Config } from '@shopverse/mesh/config/read';
import { SERVICES } from './services.ts';

/** The project's folder. */
export const PROJECT = join(import.meta.dirname, '..');

function port(fallback: number, doc: string) {
  return integer(fallback, doc, { min: 1, max: 65_535, unit: 'port' });
}

function ownServer(example: string, doc: string) {
  return text('', `${doc} of yours in place of the part, for example ${example}`);
}

/** Ports of the servers, by the name of the part that listens. */
const serverPorts = {
  SHOPVERSE_EDGE_PORT: port(8080, 'The edge: REST, gRPC and gRPC-Web'),
  SHOPVERSE_EDGE_ADMIN_PORT: port(9901, "Envoy's admin interface"),
  SHOPVERSE_POSTGRES_PORT: port(15432, 'PostgreSQL'),
  SHOPVERSE_KAFKA_PORT: port(19092, 'Kafka'),
  SHOPVERSE_KAFKA_CONTROLLER_PORT: port(19093, "Kafka's controller"),
  SHOPVERSE_MONGODB_PORT: port(37017, 'The MongoDB part'),
  SHOPVERSE_CLICKHOUSE_PORT: port(18123, 'The ClickHouse part (HTTP)'),
  SHOPVERSE_SMTP_PORT: port(1025, 'The mail catcher (SMTP)'),
  SHOPVERSE_MAIL_PORT: port(8025, "The mail catcher's page"),
  SHOPVERSE_JAEGER_PORT: port(16686, "Jaeger's page and query API"),
  SHOPVERSE_JAEGER_OTLP_PORT: port(4317, 'Jaeger (OTLP over gRPC)'),
  SHOPVERSE_JAEGER_HEALTH_PORT: port(13133, "Jaeger's health"),
  SHOPVERSE_SANDBOX_PORT: port(8090, 'The sandbox payment provider'),
};

const servicePorts = Object.fromEntries(
  SERVICES.flatMap(({ name }, index) => [
    [`SHOPVERSE_${name.toUpperCase()}_PORT`, port(50_051 + index, `The ${name} service (gRPC)`)],
    [`SHOPVERSE_${name.toUpperCase()}_ADMIN_PORT`, port(9_464 + index, `The ${name} service's admin port`)],
  ]),
) as Readonly<Record<string, ReturnType<typeof port>>>;

/** Settings of every port; names end in _PORT. */
export const portSettings = { ...serverPorts, ...servicePorts };

/** Every setting of the local stack. */
export const settings = {
  SHOPVERSE_HOME: text(join(PROJECT, '.shopverse'), 'Folder of all data, logs and secrets of this stack'),
  SHOPVERSE_TOOLS: text(
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'shopverse'),
    'Folder of the servers that are fetched or built, shared by all checkouts',
  ),
  SHOPVERSE_PORTS: z
    .enum(['fixed', 'free'], 'must be fixed or free')
    .default('fixed')
    .meta({ description: 'free: take any free ports and remember them in SHOPVERSE_HOME' }),
  SHOPVERSE_LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug'], 'must be error, warn, info or debug')
    .default('info')
    .meta({ description: "Least important level of the services' logs" }),
  SHOPVERSE_TRACE_PERCENT: integer(100, 'Share of the requests at the edge that are traced', { max: 100, unit: 'percent' }),
  SHOPVERSE_POSTGRES_URL: ownServer('postgres://postgres:secret@db:5432', 'A PostgreSQL superuser address'),
  SHOPVERSE_KAFKA_URL: ownServer('broker-1:9092,broker-2:9092', 'Kafka brokers'),
  SHOPVERSE_MONGODB_URL: ownServer('mongodb://mongo:27017', 'A MongoDB address'),
  SHOPVERSE_CLICKHOUSE_URL: ownServer('http://default:secret@clickhouse:8123', 'A ClickHouse address'),
  SHOPVERSE_SMTP_URL: ownServer('smtp://mail:25', 'A mail server address'),
  SHOPVERSE_JAEGER_URL: ownServer('http://jaeger:16686', "Jaeger's query address"),
  SHOPVERSE_OTLP_URL: ownServer('http://collector:4317', 'An OTLP/gRPC address'),
  SHOPVERSE_ENVOY: text('', 'An Envoy binary of yours in place of the fetched one'),
  SHOPVERSE_JAEGER: text('', 'A Jaeger v2 binary of yours in place of the built one'),
  ...portSettings,
};

/** The stack's settings, validated. */
export type StackConfig = Config<typeof settings>;

/** Reads the stack's settings. @throws ConfigError naming what is wrong */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): StackConfig {
  return readConfig(settings, environment);
}
