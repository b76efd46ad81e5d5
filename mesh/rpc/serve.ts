import { once } from 'node:events';
import { Server, status as grpcStatus, type handleServerStreamingCall, type handleUnaryCall, type ServerCredentials } from '@grpc/grpc-js';
import { ConfigError } from '../config/read.ts';
import { Failure } from '../failure.ts';
import { logRefusedHandshakes } from '../identity/refused-handshakes.ts';
import type { Logger } from '../telemetry/logger.ts';
import { Admission } from './admission.ts';
import { grpcMethod, methodsOf, type ServiceDefinition } from './definition.ts';
import type { FaultInjector } from './fault-injector.ts';
import type { Revocations } from './guard.ts';
import type { Handlers, ServerStreamHandler, UnaryHandler } from './handler.ts';
import { CallMetrics } from './metrics.ts';
import { toStatus } from './status.ts';
import { layersOf, throughLayers, type MethodLayers } from './onion.ts';

/** How a server behaves towards its connections. */
export interface RpcServerOptions {
  readonly credentials: ServerCredentials;
  readonly log: Logger;
  /** Longest life of a connection, so that a renewed certificate is used everywhere within it. @default 1 hour */
  readonly maxConnectionAgeMs?: number;
  /** Most unary calls handled at the same time; the others are refused with OVERLOADED before any work. @default 256 */
  readonly maxConcurrentCalls?: number;
  /** Sessions whose users are believed no longer. @default none */
  readonly revokedSessions?: Revocations;
  /** Trouble on purpose. @default none */
  readonly faults?: FaultInjector;
}

/** When a call that was refused may come again, in milliseconds; twice that at the most, so that not all come at once. */
const RETRY_AFTER_MS = 200;

/** Largest request, in bytes: the edge's limit and some. */
const MAX_RECEIVE_BYTES = 4 * 1024 * 1024;

/** A gRPC server whose every method runs through the mesh's layers. */
export class RpcServer {
  readonly #server: Server;
  readonly #credentials: ServerCredentials;
  readonly #log: Logger;
  readonly #metrics = new CallMetrics('server');
  readonly #admission: Admission;
  readonly #revoked: Revocations | undefined;
  readonly #faults: FaultInjector | undefined;

  constructor({ credentials, log, maxConnectionAgeMs = 3_600_000, maxConcurrentCalls = 256, revokedSessions, faults }: RpcServerOptions) {
    this.#faults = faults;
    this.#revoked = revokedSessions;
    this.#admission = new Admission({ max: maxConcurrentCalls });
    this.#credentials = credentials;
    this.#log = log;
    this.#server = new Server({
      'grpc.max_receive_message_length': MAX_RECEIVE_BYTES,
      'grpc.max_connection_age_ms': maxConnectionAgeMs,
      'grpc.max_connection_age_grace_ms': 30_000,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
    });
  }

  /** The bare server, for what is no service of the contracts (health). */
  get grpc(): Server {
    return this.#server;
  }

  /** Serves all methods of a service. */
  add<Definition extends ServiceDefinition>(definition: Definition, handlers: Handlers<Definition>): void {
    const methods = methodsOf(definition);
    const byKey = handlers as unknown as Readonly<
      Record<string, UnaryHandler<object, object> | ServerStreamHandler<object, object> | undefined>
    >;
    const service = Object.fromEntries(methods.map(([key, method]) => [key, grpcMethod(definition, method)]));
    const implementation = Object.fromEntries(
      methods.map(([key, method]) => {
        const handler = byKey[key];
        if (handler === undefined) throw new Error(`${definition.fullName}/${method.name} has no handler.`);
        const layers = layersOf(definition, method, {
          log: this.#log,
          metrics: this.#metrics,
          revoked: this.#revoked,
          faults: this.#faults,
        });
        return [
          key,
          method.responseStream
            ? streaming(layers, handler as ServerStreamHandler<object, object>)
            : unary(layers, handler as UnaryHandler<object, object>, this.#admission),
        ];
      }),
    );
    this.#server.addService(service, implementation);
  }

  /**
   * Listens on host:port; answers the port.
   *
   * @throws ConfigError when the address can't be had
   */
  async listen(address: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(address, this.#credentials, (error, port) => {
        if (error === null) {
          logRefusedHandshakes(this.#server, this.#log);
          resolve(port);
        } else
          reject(new ConfigError(`Can't listen on ${address} (RPC_LISTEN): ${error.message}. Free the port or set RPC_LISTEN to another.`));
      });
    });
  }

  /** Lets running calls end, takes no new ones; what is not done by then is cut off. */
  async drain(timeoutMs: number): Promise<void> {
    const done = new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    const timer = setTimeout(() => this.#server.forceShutdown(), timeoutMs);
    await done.finally(() => clearTimeout(timer));
  }
}

function unary(layers: MethodLayers, handler: UnaryHandler<object, object>, admission: Admission): handleUnaryCall<Buffer, object> {
  return (surface, callback) => {
    if (!admission.tryEnter()) {
      layers.metrics.record(layers.path, grpcStatus.RESOURCE_EXHAUSTED, 0);
      return callback(toStatus(overloaded()));
    }
    void throughLayers(layers, surface, handler, (status, answer) => {
      admission.leave();
      const headers = answer === undefined ? undefined : layers.headersOf?.(answer);
      if (headers !== undefined) surface.sendMetadata(headers);
      if (status === undefined) callback(null, answer);
      else callback(status);
    });
  };
}

function overloaded(): Failure {
  const retryAfterMs = Math.round(RETRY_AFTER_MS * (1 + Math.random()));
  return new Failure('OVERLOADED', 'The service is over its limit; try again later.', { retryAfterMs });
}

function streaming(layers: MethodLayers, handler: ServerStreamHandler<object, object>): handleServerStreamingCall<Buffer, object> {
  return (surface) => {
    const pump = async (request: object, call: Parameters<typeof handler>[1]): Promise<void> => {
      for await (const message of handler(request, call)) {
        // The client's pace is the handler's: no queue grows here.
        if (!surface.write(message)) await once(surface, 'drain', { signal: call.signal });
      }
    };
    void throughLayers(layers, surface, pump, (status) => {
      if (status === undefined) surface.end();
      else surface.emit('error', status);
    });
  };
}
