import { randomUUID } from 'node:crypto';
import type { RegisterRequest } from '@shopverse/contracts/shopverse/mesh/v1/discovery_service';
import type { Fault } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import type { WorkloadCredentials } from '../../identity/credentials.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { Registrar } from './registrar.ts';
import { DISCOVERY } from './workload.ts';

/** What an instance says of itself, and to whom. */
export interface RegistrationOptions {
  /** host:port of every replica of the control plane. */
  readonly controlPlanes: readonly string[];
  readonly credentials: WorkloadCredentials;
  readonly log: Logger;
  readonly ip: string;
  readonly port: number;
  /** 0 when it has none that others reach. */
  readonly adminPort: number;
  readonly version: string;
  readonly startedAt: Date;
  /** Hears of trouble that is to be made on purpose, each time all of it. @default nobody hears */
  readonly onFaults?: (faults: readonly Fault[]) => void;
}

/** Longest time that a starting instance waits for the control plane, in milliseconds: without it, it is just found later. */
const FIRST_WAIT_MS = 1_000;

/** An instance's place in the mesh: registered with every replica of the control plane, until it leaves. */
export class InstanceRegistration {
  readonly #registrars: readonly Registrar[];
  #serving = true;

  constructor({ controlPlanes, credentials, log, onFaults, ...self }: RegistrationOptions) {
    const instanceId = randomUUID();
    const describe = (): RegisterRequest => ({
      ...self,
      instanceId,
      serving: this.#serving,
      certificateExpiresAt: credentials.certificate.notAfter,
    });
    // Policies are told alike by all; what was set by hand is known to one.
    const heard = new Map<string, readonly Fault[]>();
    const most = () => [...heard.values()].reduce((one, other) => (other.length > one.length ? other : one), []);
    this.#registrars = controlPlanes.map(
      (address) =>
        new Registrar({
          address,
          credentials: credentials.channel(DISCOVERY),
          log,
          describe,
          onFaults: (faults) => {
            heard.set(address, faults);
            onFaults?.(most());
          },
        }),
    );
  }

  /** Resolves when one replica knows the instance, or after a second. */
  async registered(): Promise<void> {
    await Promise.race(this.#registrars.map((registrar) => registrar.registered(FIRST_WAIT_MS)));
  }

  /** Throws, with the reasons, while no replica knows the instance. */
  async check(): Promise<void> {
    const outcomes = await Promise.allSettled(this.#registrars.map((registrar) => registrar.check()));
    if (outcomes.some(({ status }) => status === 'fulfilled')) return;
    throw new Error(outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as Error).message : '')).join('; '));
  }

  /** Says whether the instance can serve; one that can't is not called. */
  say(serving: boolean): void {
    if (serving === this.#serving) return;
    this.#serving = serving;
    for (const registrar of this.#registrars) registrar.renew();
  }

  /** Deregisters everywhere. */
  async leave(): Promise<void> {
    await Promise.all(this.#registrars.map((registrar) => registrar.leave()));
  }
}
