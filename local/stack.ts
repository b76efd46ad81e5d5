import { join } from 'node:path';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import { openHome, openSecrets, type Home, type Secrets } from './home.ts';
import { clickhousePart } from './parts/clickhouse.ts';
import type { Addresses, StackContext } from './parts/context.ts';
import { edgePart } from './parts/edge.ts';
import { jaegerPart } from './parts/jaeger.ts';
import { kafkaPart } from './parts/kafka.ts';
import { mailPart } from './parts/mail.ts';
import { mongodbPart } from './parts/mongodb.ts';
import type { Part } from './parts/part.ts';
import { postgresPart, provideDatabases, withClient } from './parts/postgres.ts';
import { CERTIFICATE_TTL_MS, issueCertificate } from './parts/certificates.ts';
import { discoveryPart } from './parts/discovery.ts';
import { sandboxPart, servicePart } from './parts/service.ts';
import { choosePorts, mustBeFree, type Ports } from './ports.ts';
import { Replicas } from './replicas.ts';
import { SERVICES } from './services.ts';
import { currentEnvironment, readSettings, type StackConfig } from './settings.ts';
import { StackError } from './stack-error.ts';
import { Supervisor, type Listener } from './supervisor/supervisor.ts';

/** Roles and databases of PostgreSQL: one for each core service. */
export const DATABASES = SERVICES.filter(({ store }) => store === 'postgres').map(({ name }) => name);

/** How a stack is made. */
export interface StackOptions {
  /** Settings by environment variable (settings.ts). @default the environment of this process, and .env */
  readonly environment?: NodeJS.ProcessEnv;
  /** Only these parts, and what they need. @default all */
  readonly only?: readonly string[];
  readonly listener?: Listener;
}

/** A stack: its parts under supervision, and where everything is. */
export interface Stack {
  readonly config: StackConfig;
  readonly home: Home;
  readonly secrets: Secrets;
  readonly addresses: Addresses;
  readonly context: StackContext;
  readonly supervisor: Supervisor;
  readonly replicas: Replicas;
  /** Starts all parts; see `Supervisor.start`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Puts a stack together without starting it. @throws ConfigError, StackError */
export async function createStack({ environment = currentEnvironment(), only, listener }: StackOptions = {}): Promise<Stack> {
  const config = readSettings(environment);
  const home = await openHome(config.SHOPVERSE_HOME);
  const replicas = await Replicas.open(home, config);
  const ports = { ...(await choosePorts(config, home)), ...replicas.ports };
  const secrets = await openSecrets(home, DATABASES);
  const authority = await CertificateAuthority.open(join(home.folder, 'certificate-authority'));
  const addresses = addressesOf(config, ports, secrets);
  const context: StackContext = { config, home, ports, secrets, authority, addresses };
  const parts = chosen([...allParts(context), ...replicas.parts(context)], only);
  const supervisor = new Supervisor(parts, home, listener);
  let renewal: NodeJS.Timeout | undefined;
  return {
    config,
    home,
    secrets,
    addresses,
    context,
    supervisor,
    replicas,
    start: async () => {
      // What a killed supervisor left behind holds the ports.
      await supervisor.takeOver();
      const wayOut = config.SHOPVERSE_PORTS === 'free' ? `remove ${join(home.run, 'ports.json')}, so that others are chosen` : undefined;
      for (const part of parts) for (const port of part.ports) await mustBeFree(ports, port, part.name, wayOut);
      await issueCertificate(context, 'operator');
      await provideOwnDatabases(config, secrets);
      await supervisor.start();
      renewal = setInterval(() => void renew(context, parts), CERTIFICATE_TTL_MS / 2);
      renewal.unref();
    },
    stop: async () => {
      clearInterval(renewal);
      await supervisor.stop();
    },
  };
}

/** A stack that is up, on free ports, for tests and benchmarks. */
export async function startStack({ home, environment = {}, ...options }: StackOptions & { readonly home: string }): Promise<Stack> {
  const stack = await createStack({
    ...options,
    environment: { ...toolsOf(currentEnvironment()), ...environment, SHOPVERSE_HOME: home, SHOPVERSE_PORTS: 'free' },
  });
  await stack.start();
  return stack;
}

/** Only these servers, on free ports, for integration tests: `startInfrastructure(['postgres', 'kafka'], { home })`. */
export function startInfrastructure(
  parts: readonly string[],
  options: { readonly home: string; readonly environment?: NodeJS.ProcessEnv },
): Promise<Stack> {
  return startStack({ ...options, only: parts });
}

/** Where the tools are must stay the same for all stacks of a machine. */
function toolsOf({ SHOPVERSE_TOOLS, XDG_CACHE_HOME, SHOPVERSE_ENVOY, SHOPVERSE_JAEGER }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { SHOPVERSE_TOOLS, XDG_CACHE_HOME, SHOPVERSE_ENVOY, SHOPVERSE_JAEGER };
}

function allParts(context: StackContext): Part[] {
  const { config } = context;
  return [
    ...(config.SHOPVERSE_POSTGRES_URL === '' ? [postgresPart(context)] : []),
    ...(config.SHOPVERSE_KAFKA_URL === '' ? [kafkaPart(context)] : []),
    ...(config.SHOPVERSE_MONGODB_URL === '' ? [mongodbPart(context)] : []),
    ...(config.SHOPVERSE_CLICKHOUSE_URL === '' ? [clickhousePart(context)] : []),
    ...(config.SHOPVERSE_SMTP_URL === '' ? [mailPart(context)] : []),
    ...(config.SHOPVERSE_JAEGER_URL === '' ? [jaegerPart(context)] : []),
    sandboxPart(context),
    ...(config.SHOPVERSE_MESH === 'xds' ? [discoveryPart(context)] : []),
    ...SERVICES.map((entry) => servicePart(entry, context)),
    edgePart(context),
  ];
}

/** The parts named, with what they need; @throws StackError for a name that is none */
function chosen(parts: readonly Part[], only: readonly string[] | undefined): Part[] {
  if (only === undefined) return [...parts];
  const wanted = new Set<string>();
  const want = (name: string) => {
    const part = parts.find((candidate) => candidate.name === name);
    if (part === undefined)
      throw new StackError(`There is no part named ${name}; the parts are ${parts.map((candidate) => candidate.name).join(', ')}.`);
    if (wanted.has(name)) return;
    wanted.add(name);
    part.needs.forEach(want);
  };
  only.forEach(want);
  return parts.filter(({ name }) => wanted.has(name));
}

function addressesOf(config: StackConfig, ports: Ports, secrets: Secrets): Addresses {
  const local = (part: string, protocol = 'http') => `${protocol}://127.0.0.1:${ports[part] ?? 0}`;
  const postgres =
    config.SHOPVERSE_POSTGRES_URL === '' ? `127.0.0.1:${ports['postgres'] ?? 0}` : new URL(config.SHOPVERSE_POSTGRES_URL).host;
  const mongodb = config.SHOPVERSE_MONGODB_URL === '' ? `mongodb://127.0.0.1:${ports['mongodb'] ?? 0}` : config.SHOPVERSE_MONGODB_URL;
  const orLocal = (own: string, otherwise: string) => (own === '' ? otherwise : own);
  return {
    database: (service) => `postgres://${service}:${secrets.roles[service] ?? ''}@${postgres}/${service}`,
    kafkaBrokers: orLocal(config.SHOPVERSE_KAFKA_URL, `127.0.0.1:${ports['kafka'] ?? 0}`),
    mongodb: (service) => `${mongodb.replace(/\/$/, '')}/${service}`,
    clickhouse: orLocal(
      config.SHOPVERSE_CLICKHOUSE_URL,
      `http://analytics:${secrets.clickhouse}@127.0.0.1:${ports['clickhouse'] ?? 0}/analytics`,
    ),
    smtp: orLocal(config.SHOPVERSE_SMTP_URL, local('smtp', 'smtp')),
    mailPage: local('mail'),
    jaeger: orLocal(config.SHOPVERSE_JAEGER_URL, local('jaeger')),
    otlp: orLocal(config.SHOPVERSE_OTLP_URL, local('jaeger_otlp')),
    edge: local('edge'),
    sandbox: local('sandbox'),
  };
}

async function renew(context: StackContext, parts: readonly Part[]): Promise<void> {
  const workloads = [...SERVICES.map(({ name }) => name), 'discovery', 'edge', 'operator'].filter(
    (name) => name === 'operator' || parts.some((part) => part.name === name),
  );
  for (const workload of workloads) await issueCertificate(context, workload);
}

/** Makes the services' roles and databases on a PostgreSQL of somebody's own. @throws StackError when it can't be reached or refuses */
async function provideOwnDatabases({ SHOPVERSE_POSTGRES_URL: url }: StackConfig, { roles }: Secrets): Promise<void> {
  if (url === '') return;
  await withClient(url, (client) => provideDatabases(client, roles)).catch((error: Error) => {
    throw new StackError(
      `SHOPVERSE_POSTGRES_URL: ${error.message}. It must be the address of a PostgreSQL, with a role that may create roles and databases.`,
    );
  });
}
