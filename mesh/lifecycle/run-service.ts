import { setLogger } from '@grpc/grpc-js';
import { methodRules } from '@shopverse/contracts/method-rules';
import type { Fault } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { RevocationServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/revocation_service';
import { HealthImplementation } from 'grpc-health-check';
import { ConfigError, readConfig, shownConfig, type Config, type Settings } from '../config/read.ts';
import { XdsTargets } from '../discovery/channel/xds-targets.ts';
import { advertisedAddress } from '../discovery/instance/advertised-address.ts';
import { InstanceRegistration } from '../discovery/instance/registration.ts';
import { watchCertificate } from '../identity/certificate-watch.ts';
import { WorkloadCredentials } from '../identity/credentials.ts';
import { openClient } from '../rpc/client.ts';
import { FaultInjector } from '../rpc/fault-injector.ts';
import { methodPath, methodsOf } from '../rpc/definition.ts';
import { addReflection } from '../rpc/reflection/reflection.ts';
import { RpcServer } from '../rpc/serve.ts';
import { learnRevokedSessions } from '../sessions/learn-revoked-sessions.ts';
import { RevokedSessions } from '../sessions/revoked-sessions.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { telemetry } from '../telemetry/telemetry.ts';
import { AdminServer } from './admin-server.ts';
import { Readiness } from './readiness.ts';
import { STOP_PHASES, type Service, type StopPhase } from './service.ts';
import { commonSettings, targetOf } from './settings.ts';
import { VERSION } from './version.ts';
import { StoppedWhileWaiting } from './wait-for.ts';

/** How long a service that is going away still takes calls after it said so, in milliseconds: until everybody has heard. */
const ANNOUNCE_MS = 200;
/** How often gRPC health is brought in line with the dependencies, in milliseconds. */
const HEALTH_INTERVAL_MS = 1_000;

interface Stoppable {
  readonly phase: StopPhase;
  readonly name: string;
  readonly stop: () => Promise<void>;
}

/**
 * Runs a service from its first setting to its last span: reads the settings, opens the admin port, puts the service together, listens,
 * becomes ready, and on SIGTERM or SIGINT takes all down in order within SHUTDOWN_TIMEOUT_MS.
 *
 * What can't be mended by waiting (a wrong setting, a taken port) ends the process with one sentence on stderr and exit code 1.
 */
export async function runService<S extends Settings>(
  name: string,
  settings: S,
  compose: (service: Service<S>) => Promise<void>,
): Promise<void> {
  try {
    const all = { ...commonSettings, ...settings };
    const runtime = new Runtime<S>(name, readConfig(all) as Config<typeof commonSettings & S>, all);
    await runtime.run(compose);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name} can't start. ${error.message}\n`);
    process.exit(1);
  }
}

class Runtime<S extends Settings> implements Service<S> {
  readonly name: string;
  readonly config: Config<typeof commonSettings & S>;
  readonly log: Logger;
  readonly #stopping = new AbortController();
  readonly #readiness = new Readiness();
  readonly #credentials: WorkloadCredentials;
  readonly #server: RpcServer;
  readonly #admin: AdminServer;
  readonly #xds: XdsTargets;
  readonly #stoppables: Stoppable[] = [];
  readonly #served: string[] = [];
  readonly #startedAt = new Date();
  readonly revokedSessions = new RevokedSessions();
  readonly #faults = new FaultInjector();
  #believesTokens = false;
  #registration: InstanceRegistration | undefined;

  constructor(name: string, config: Config<typeof commonSettings & S>, settings: Settings) {
    this.name = name;
    this.config = config;
    const common = config as Config<typeof commonSettings>;
    this.log = createLogger(name, common.LOG_LEVEL);
    routeGrpcLog(this.log);
    this.#credentials = new WorkloadCredentials(common.MESH_CERTIFICATES);
    this.#server = new RpcServer({
      credentials: this.#credentials.server(),
      log: this.log,
      maxConcurrentCalls: common.RPC_MAX_CONCURRENT_CALLS,
      revokedSessions: this.revokedSessions,
      faults: this.#faults,
    });
    this.#xds = new XdsTargets({
      controlPlanes: common.MESH_DISCOVERY,
      certificates: common.MESH_CERTIFICATES,
      log: this.log,
      node: `${name}-${process.pid}`,
    });
    const shown = shownConfig(settings, config as Config<Settings>);
    this.#admin = new AdminServer({
      listen: common.ADMIN_LISTEN,
      readiness: this.#readiness,
      info: () => ({
        name,
        version: VERSION,
        commit: process.env['SHOPVERSE_COMMIT'] ?? null,
        node: process.version,
        pid: process.pid,
        started_at: this.#startedAt.toISOString(),
        uptime_s: Math.round(process.uptime()),
        memory_mb: Math.round(process.memoryUsage.rss() / 1e6),
        services: this.#served,
        settings: shown,
      }),
    });
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  addCheck: Service<S>['addCheck'] = (name, check, options) => this.#readiness.add(name, check, options);

  onStop: Service<S>['onStop'] = (phase, name, stop) => void this.#stoppables.push({ phase, name, stop });

  adminRoute: Service<S>['adminRoute'] = (path, answer) => this.#admin.route(path, answer);

  client: Service<S>['client'] = (definition, peer) => {
    const target = this.#xds.channelTarget(targetOf(peer, this.#common.MESH_TARGET));
    const open = openClient(definition, { name: peer, target, credentials: this.#credentials.channel(peer) });
    // A peer that is away must not take this service away with it: shown, not counted.
    this.addCheck(peer, () => open.connected(1_000), { critical: false });
    this.onStop('stores', `client of ${peer}`, async () => open.close());
    return open.client;
  };

  serve: Service<S>['serve'] = (definition, handlers) => {
    this.#server.add(definition, handlers);
    this.#served.push(definition.fullName);
    this.#believesTokens ||= methodsOf(definition).some(
      ([, method]) => methodRules[methodPath(definition, method)]?.access.level !== 'INTERNAL',
    );
  };

  serveBare: Service<S>['serveBare'] = (add) => add(this.#server.grpc);

  /** The settings that every service has; the type of `config` hides them behind those of S. */
  get #common(): Config<typeof commonSettings> {
    return this.config;
  }

  async run(compose: (service: Service<S>) => Promise<void>): Promise<void> {
    const stopped = this.#stopOnSignal();
    await this.#admin.listen();
    try {
      await compose(this);
      // Who tells the others knows it from its own database.
      if (this.#believesTokens && !this.#served.includes(RevocationServiceDefinition.fullName))
        learnRevokedSessions(this, this.revokedSessions, this.#common.REVOKED_SESSIONS_REFRESH_MS);
      const port = await this.#listen();
      watchCertificate(this.#credentials, this.log);
      this.#readiness.open();
      await this.#join(port);
      this.log.info({ port, start_ms: Math.round(performance.now()) }, 'serving');
    } catch (error) {
      if (!(error instanceof StoppedWhileWaiting)) throw error;
    }
    await stopped;
  }

  async #listen(): Promise<number> {
    const health = new HealthImplementation({ '': 'NOT_SERVING' });
    health.addToServer(this.#server.grpc);
    addReflection(this.#server.grpc, () => this.#served);
    const align = async () => {
      const { status } = await this.#readiness.report();
      for (const service of ['', ...this.#served]) health.setStatus(service, status === 'ready' ? 'SERVING' : 'NOT_SERVING');
      this.#registration?.say(status === 'ready');
    };
    const port = await this.#server.listen(this.#common.RPC_LISTEN);
    const timer = setInterval(() => void align(), HEALTH_INTERVAL_MS);
    timer.unref();
    setImmediate(() => void align());
    this.onStop('server', 'gRPC server', async () => {
      clearInterval(timer);
      for (const service of ['', ...this.#served]) health.setStatus(service, 'NOT_SERVING');
      await this.#registration?.leave();
      await new Promise((resolve) => setTimeout(resolve, ANNOUNCE_MS));
      await this.#server.drain(this.#common.SHUTDOWN_TIMEOUT_MS / 2);
    });
    return port;
  }

  /** Tells the control plane, if there is one, that calls are taken here. */
  async #join(port: number): Promise<void> {
    const { MESH_DISCOVERY, MESH_ADVERTISE, MESH_VERSION, RPC_LISTEN, ADMIN_LISTEN } = this.#common;
    if (MESH_DISCOVERY.length === 0) return;
    const registration = new InstanceRegistration({
      controlPlanes: MESH_DISCOVERY,
      credentials: this.#credentials,
      log: this.log,
      ip: advertisedAddress(RPC_LISTEN.slice(0, RPC_LISTEN.lastIndexOf(':')), MESH_ADVERTISE),
      port,
      adminPort: Number(ADMIN_LISTEN.slice(ADMIN_LISTEN.lastIndexOf(':') + 1)),
      version: MESH_VERSION === '' ? VERSION : MESH_VERSION,
      startedAt: this.#startedAt,
      onFaults: (faults) => this.#makeTrouble(faults),
    });
    this.#registration = registration;
    // Without the control plane others go on with what they know, so this process is as ready as before.
    this.addCheck('discovery', () => registration.check(), { critical: false });
    await registration.registered();
  }

  #makeTrouble(faults: readonly Fault[]): void {
    if (faults.length > 0 || this.#faults.armed) this.log.warn({ faults: faults.map(({ method, abort, percent }) => ({ method, abort, percent })) }, 'faults on purpose'); // prettier-ignore
    this.#faults.set(faults);
  }

  async #stopOnSignal(): Promise<void> {
    const reason = await new Promise<string>((resolve) => {
      process.once('SIGTERM', () => resolve('SIGTERM'));
      process.once('SIGINT', () => resolve('SIGINT'));
    });
    const limit = this.#common.SHUTDOWN_TIMEOUT_MS;
    this.log.info({ reason, limit_ms: limit }, 'stopping');
    const guard = setTimeout(() => {
      this.log.error({ limit_ms: limit }, 'did not stop in time');
      process.exit(1);
    }, limit);
    guard.unref();
    this.#readiness.close('draining');
    this.#stopping.abort(new Error('The process is being stopped.'));
    for (const phase of STOP_PHASES) {
      await Promise.all(this.#stoppables.filter((stoppable) => stoppable.phase === phase).map((stoppable) => this.#stop(stoppable)));
    }
    await telemetry()
      ?.shutdown()
      .catch((error: unknown) => this.log.warn({ err: error }, 'telemetry was not flushed'));
    await this.#admin.close();
    this.#xds.close();
    this.log.info({ uptime_s: Math.round(process.uptime()) }, 'stopped');
    process.exit(0);
  }

  async #stop({ phase, name, stop }: Stoppable): Promise<void> {
    try {
      await stop();
    } catch (error) {
      this.log.error({ phase, part: name, err: error }, 'could not stop cleanly');
    }
  }
}

/** grpc-js writes to stderr by itself; its lines belong into the log. */
function routeGrpcLog(log: Logger): void {
  const grpc = log.child({ library: 'grpc-js' });
  const text = (parts: unknown[]) => parts.map(String).join(' ');
  setLogger({
    error: (...parts: unknown[]) => grpc.warn(text(parts)),
    info: (...parts: unknown[]) => grpc.info(text(parts)),
    debug: (...parts: unknown[]) => grpc.debug(text(parts)),
  });
}
