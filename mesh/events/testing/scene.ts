import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInfrastructure, type Stack } from '@shopverse/local/stack';
import type { EventType } from '@shopverse/contracts/event-types';
import { pino } from 'pino';
import { STOP_PHASES, type StopPhase } from '../../lifecycle/service.ts';
import type { EventHost } from '../host.ts';

/** Real servers for the tests of one file. */
export interface Scene {
  readonly stack: Stack;
  /** A process's place, as `runService` would give it. */
  host(name: string, environment?: { readonly brokers?: string }): TestHost;
  close(): Promise<void>;
}

export async function openScene(parts: readonly string[]): Promise<Scene> {
  const home = await mkdtemp(join(tmpdir(), 'shopverse-test-'));
  await chmod(home, 0o755); // PostgreSQL runs as somebody else when the tests run as root.
  const stack = await startInfrastructure(parts, { home }).catch(async (error: unknown) => {
    await rm(home, { recursive: true, force: true });
    throw error;
  });
  const hosts: TestHost[] = [];
  return {
    stack,
    host: (name, { brokers = stack.addresses.kafkaBrokers } = {}) => {
      const host = new TestHost(name, brokers);
      hosts.push(host);
      return host;
    },
    close: async () => {
      for (const host of hosts) await host.stop();
      await stack.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** What a service offers its events and stores, without its gRPC server. */
export class TestHost implements EventHost {
  readonly name: string;
  readonly config: EventHost['config'];
  /** Everything that was logged, newest last. */
  readonly logged: Record<string, unknown>[] = [];
  readonly log = pino(
    { level: 'debug', messageKey: 'message', base: {} },
    { write: (line) => void this.logged.push(JSON.parse(line) as Record<string, unknown>) },
  );
  readonly checks = new Map<string, (signal: AbortSignal) => Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #stops: { phase: StopPhase; stop: () => Promise<void> }[] = [];

  constructor(name: string, brokers: string) {
    this.name = name;
    this.config = { KAFKA_BROKERS: brokers.split(','), KAFKA_TOPIC_PARTITIONS: 3, KAFKA_REPLICATION_FACTOR: 1 };
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  addCheck: EventHost['addCheck'] = (name, check) => void this.checks.set(name, check);
  onStop: EventHost['onStop'] = (phase, _name, stop) => void this.#stops.push({ phase, stop });

  /** Ends the process, in order. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const phase of STOP_PHASES) await Promise.all(this.#stops.filter((stop) => stop.phase === phase).map(({ stop }) => stop()));
    this.#stops.length = 0;
  }
}

/** An event of the tests' own: something was counted. */
export interface Counted {
  readonly aggregate: string;
  readonly number: number;
}

/** A type of event that only the tests know, on a topic of its own. */
export function countedEvents(topic: string): EventType<'test.v1.Counted', Counted> {
  return {
    type: 'test.v1.Counted',
    topic,
    aggregate: 'counter',
    key: ({ aggregate }) => aggregate,
    codec: {
      encode: (message) => ({ finish: () => Buffer.from(JSON.stringify(message)) }),
      decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as Counted,
    },
  };
}

/** Waits until `condition` answers something other than undefined or false. @throws Error after `ms` milliseconds */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  ms = 20_000,
): Promise<T> {
  for (const until = performance.now() + ms; performance.now() < until;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Not within ${ms} ms: ${what}`);
}
