import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { integer, oneOf, text } from '@shopverse/mesh/config/kinds';
import { readConfig, type Config } from '@shopverse/mesh/config/read';
import { SERVICES } from './services.ts';

/** The project's folder. */
export const PROJECT = join(import.meta.dirname, '..');

function port(fallback: number, doc: string) {
  return integer(fallback, doc, { min: 1, max: 65_535, unit: 'port' });
}

/** An address of a server of one's own; it may hold a password, so it is never shown. */
function ownServer(example: string, doc: string) {
  const protocol = new URL(example).protocol;
  const fits = (value: string) => value === '' || (URL.canParse(value) && new URL(value).protocol === protocol);
  return z
    .string()
    .refine(fits, `must be a URL starting with ${protocol}//, for example ${example}`)
    .default('')
    .meta({ description: `${doc} of yours in place of the part, for example ${example}`, secret: true });
}

function folder(fallback: string, doc: string) {
  return z
    .string()
    .default(fallback)
    .transform((value) => resolve(PROJECT, value.replace(/^~(?=\/)/, homedir())))
    .meta({ description: doc });
}

/** Ports of the servers, by the name of the part that listens: all below those that systems give to outgoing connections. */
const serverPorts = {
  SHOPVERSE_EDGE_PORT: port(8080, 'The edge: REST, gRPC and gRPC-Web'),
  SHOPVERSE_EDGE_ADMIN_PORT: port(9901, "Envoy's admin interface"),
  SHOPVERSE_POSTGRES_PORT: port(15432, 'PostgreSQL'),
  SHOPVERSE_KAFKA_PORT: port(19092, 'Kafka'),
  SHOPVERSE_KAFKA_CONTROLLER_PORT: port(19093, "Kafka's controller"),
  SHOPVERSE_MONGODB_PORT: port(17017, 'The MongoDB part'),
  SHOPVERSE_CLICKHOUSE_PORT: port(18123, 'The ClickHouse part (HTTP)'),
  SHOPVERSE_SMTP_PORT: port(1025, 'The mail catcher (SMTP)'),
  SHOPVERSE_MAIL_PORT: port(8025, "The mail catcher's page"),
  SHOPVERSE_JAEGER_PORT: port(16686, "Jaeger's page and query API"),
  SHOPVERSE_JAEGER_OTLP_PORT: port(4317, 'Jaeger (OTLP over gRPC)'),
  SHOPVERSE_JAEGER_HEALTH_PORT: port(13133, "Jaeger's health"),
  SHOPVERSE_DISCOVERY_PORT: port(15050, "The mesh's control plane (gRPC: registration and xDS)"),
  SHOPVERSE_DISCOVERY_ADMIN_PORT: port(9463, "The control plane's admin port"),
  SHOPVERSE_SANDBOX_PORT: port(8090, 'The sandbox payment provider'),
};

const servicePorts = Object.fromEntries(
  SERVICES.flatMap(({ name }, index) => [
    [`SHOPVERSE_${name.toUpperCase()}_PORT`, port(15_051 + index, `The ${name} service (gRPC)`)],
    [`SHOPVERSE_${name.toUpperCase()}_ADMIN_PORT`, port(9_464 + index, `The ${name} service's admin port`)],
  ]),
) as Readonly<Record<string, ReturnType<typeof port>>>;

/** Settings of every port; names end in _PORT. */
export const portSettings = { ...serverPorts, ...servicePorts };

/** Every setting of the local stack. */
export const settings = {
  SHOPVERSE_HOME: folder('.shopverse', 'Folder of all data, logs and secrets of this stack; a relative path counts from the project'),
  SHOPVERSE_TOOLS: folder(
    join(process.env['XDG_CACHE_HOME'] ?? '~/.cache', 'shopverse'),
    'Folder of the servers that are fetched or built, shared by all checkouts',
  ),
  SHOPVERSE_PORTS: oneOf(['fixed', 'free'], 'fixed', 'free: take any free ports and remember them in SHOPVERSE_HOME'),
  SHOPVERSE_MESH: oneOf(
    ['xds', 'fixed'],
    'xds',
    'How services and edge find each other: xds by the control plane, with any number of replicas; fixed without one, at the addresses of the settings',
  ),
  SHOPVERSE_RATE_LIMITS: oneOf(
    ['off', 'on'],
    'off',
    "The edge's limits for each client: off, as all clients of one machine have one address and a benchmark is one of them; on, they are those of production",
  ),
  SHOPVERSE_LOG_LEVEL: oneOf(['error', 'warn', 'info', 'debug'], 'info', "Least important level of the services' logs"),
  SHOPVERSE_TRACE_PERCENT: integer(100, 'Share of the requests at the edge that are traced', { max: 100, unit: 'percent' }),
  SHOPVERSE_SERVICE_SETTINGS: z
    .string()
    .regex(/^$|^[a-z]+\.[A-Z][A-Z0-9_]*=[^,]*(,[a-z]+\.[A-Z][A-Z0-9_]*=[^,]*)*$/, 'must be service.NAME=value, several separated by commas')
    .default('')
    .meta({ description: 'Settings of single services, for example payment.RECONCILE_AFTER_MS=5000,order.LOG_LEVEL=debug' }),
  SHOPVERSE_POSTGRES_URL: ownServer('postgres://postgres:secret@db:5432', 'A PostgreSQL superuser address'),
  SHOPVERSE_KAFKA_URL: z
    .string()
    .regex(/^$|^[^\s:,]+:\d{1,5}(,[^\s:,]+:\d{1,5})*$/, 'must be host:port, several separated by commas')
    .default('')
    .meta({ description: 'Kafka brokers of yours in place of the part, for example broker-1:9092,broker-2:9092' }),
  SHOPVERSE_MONGODB_URL: ownServer('mongodb://mongo:27017', 'A MongoDB address'),
  SHOPVERSE_CLICKHOUSE_URL: ownServer('http://default:secret@clickhouse:8123/analytics', 'A ClickHouse address'),
  SHOPVERSE_SMTP_URL: ownServer('smtp://mail:25', 'A mail server address'),
  SHOPVERSE_JAEGER_URL: ownServer('http://jaeger:16686', "Jaeger's query address"),
  SHOPVERSE_OTLP_URL: ownServer('http://collector:4317', 'An OTLP/gRPC address'),
  SHOPVERSE_ENVOY: text('', 'An Envoy binary of yours in place of the fetched one'),
  SHOPVERSE_JAEGER: text('', 'A Jaeger v2 binary of yours in place of the built one'),
  ...portSettings,
};

/** The stack's settings, validated. */
export type StackConfig = Config<typeof settings>;

/** This process's environment; what it lacks comes from the file .env in the project's folder, of which only names with SHOPVERSE_ count. */
export function currentEnvironment(file = join(PROJECT, '.env')): NodeJS.ProcessEnv {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return process.env;
  }
  return { ...Object.fromEntries(Object.entries(parseEnv(text)).filter(([name]) => name.startsWith('SHOPVERSE_'))), ...process.env };
}

/** What SHOPVERSE_SERVICE_SETTINGS says of one service, by environment variable. */
export function settingsOf(
  service: string,
  { SHOPVERSE_SERVICE_SETTINGS: all }: Pick<StackConfig, 'SHOPVERSE_SERVICE_SETTINGS'>,
): Record<string, string> {
  const own = all.split(',').filter((setting) => setting.startsWith(`${service}.`));
  return Object.fromEntries(own.map((setting) => splitOnce(setting.slice(service.length + 1), '=')));
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Reads the stack's settings. @throws ConfigError naming what is wrong */
export function readSettings(environment: NodeJS.ProcessEnv = currentEnvironment()): StackConfig {
  return readConfig(settings, environment);
}
