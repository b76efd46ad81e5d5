import type { Server } from '@grpc/grpc-js';
import type { Config, Settings } from '../config/read.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { ServiceDefinition } from '../rpc/definition.ts';
import type { Handlers } from '../rpc/handler.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { RevokedSessions } from '../sessions/revoked-sessions.ts';
import type { commonSettings } from './settings.ts';

/** What is taken down when, in this order; all of one phase at once. */
export const STOP_PHASES = ['server', 'consumers', 'jobs', 'relay', 'stores'] as const;
/** See `STOP_PHASES`. */
export type StopPhase = (typeof STOP_PHASES)[number];

/** How a dependency counts. */
export interface CheckOptions {
  /** False: shown, but the process is ready without it. @default true */
  readonly critical?: boolean;
}

/** A service's process while it is put together and while it runs. */
export interface Service<S extends Settings = Settings> {
  /** Workload name: `order`. */
  readonly name: string;
  /** The common settings and the service's own. */
  readonly config: Config<typeof commonSettings & S>;
  readonly log: Logger;
  /** Aborts when the shutdown begins. */
  readonly signal: AbortSignal;
  /** Sessions whose users are not believed here. They are learned by themselves; the auth service adds what it knows. */
  readonly revokedSessions: RevokedSessions;
  /** Adds a dependency to /readyz. `check` throws, with a sentence, while it is away. */
  addCheck(name: string, check: (signal: AbortSignal) => Promise<void>, options?: CheckOptions): void;
  /** Takes something down when its phase comes. */
  onStop(phase: StopPhase, name: string, stop: () => Promise<void>): void;
  /** A typed client of another service. */
  client<Definition extends ServiceDefinition>(definition: Definition, peer: string): RpcClient<Definition>;
  /** Serves a contract. */
  serve<Definition extends ServiceDefinition>(definition: Definition, handlers: Handlers<Definition>): void;
  /** Serves what is no contract of ours (xDS) on the same server, past the mesh's layers: mutual TLS is all that it gets. */
  serveBare(add: (server: Server) => void): void;
  /** Answers GET `path` on the admin port with JSON, for what must be had without gRPC. */
  adminRoute(path: string, answer: () => Promise<unknown>): void;
}
