import { join } from 'node:path';
import { readJson, writeAtomically, type Home } from './home.ts';
import type { StackContext } from './parts/context.ts';
import type { Part } from './parts/part.ts';
import { replicaName, servicePart } from './parts/service.ts';
import { freePorts, type Ports } from './ports.ts';
import { SERVICES, type ServiceEntry } from './services.ts';
import type { StackConfig } from './settings.ts';
import { StackError } from './stack-error.ts';
import type { Supervisor } from './supervisor/supervisor.ts';

/** More of one service make no sense on one machine. */
const MOST = 10;

/** How many replicas each service has; remembered for the next start. Those beyond the first are on any free ports. */
export class Replicas {
  readonly #file: string;
  readonly #counts: Map<string, number>;
  /** One change at a time. */
  #changing: Promise<unknown> = Promise.resolve();
  /** Ports of the replicas there were at the start, by their names in the stack's ports. */
  readonly ports: Ports;

  private constructor(file: string, counts: Map<string, number>, ports: Ports) {
    this.#file = file;
    this.#counts = counts;
    this.ports = ports;
  }

  /** The replicas that the stack had the last time; without a control plane nobody would find them, so there are none. */
  static async open({ run }: Home, { SHOPVERSE_MESH }: StackConfig): Promise<Replicas> {
    const file = join(run, 'replicas.json');
    const known = SHOPVERSE_MESH === 'xds' ? ((await readJson<Record<string, number>>(file)) ?? {}) : {};
    const counts = new Map(Object.entries(known).filter(([name]) => SERVICES.some((service) => service.name === name)));
    const names = [...counts].flatMap(([service, count]) => furtherReplicas(count).map((replica) => replicaName(service, replica)));
    return new Replicas(file, counts, await portsFor(names));
  }

  /** Replicas of a service, the first included. */
  countOf(service: string): number {
    return this.#counts.get(service) ?? 1;
  }

  /** Parts of the replicas beyond the first. */
  parts(context: StackContext): Part[] {
    return SERVICES.flatMap((entry) => furtherReplicas(this.countOf(entry.name)).map((replica) => servicePart(entry, context, replica)));
  }

  /**
   * Brings a service to `count` replicas: new ones are ready and called when this resolves, those that go have finished what they had.
   *
   * @throws StackError when there is no such service, the number makes no sense, or one does not become ready
   */
  scale(supervisor: Supervisor, context: StackContext, service: string, count: number): Promise<void> {
    const entry = serviceNamed(service, context);
    if (!Number.isInteger(count) || count < 1 || count > MOST) throw new StackError(`A service has 1 to ${MOST} replicas, not ${count}.`);
    return this.#afterOthers(() => this.#change(supervisor, context, entry, count));
  }

  /**
   * Restarts all replicas of a service, one after the other, so that no call fails: one more replica serves meanwhile, and goes when the others are back.
   *
   * @throws StackError when there is no such service, or one does not become ready again; then the one more stays
   */
  restart(supervisor: Supervisor, context: StackContext, service: string): Promise<void> {
    const entry = serviceNamed(service, context);
    return this.#afterOthers(async () => {
      const count = this.countOf(service);
      await this.#change(supervisor, context, entry, count + 1);
      for (let replica = 1; replica <= count; replica += 1) {
        await supervisor.stopPart(replicaName(service, replica));
        await supervisor.startPart(replicaName(service, replica));
      }
      await this.#change(supervisor, context, entry, count);
    });
  }

  #afterOthers(change: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  async #change(supervisor: Supervisor, context: StackContext, entry: ServiceEntry, count: number): Promise<void> {
    const now = this.countOf(entry.name);
    const coming = furtherReplicas(count).filter((replica) => replica > now);
    const going = furtherReplicas(now).filter((replica) => replica > count);
    const ports = { ...context.ports, ...(await portsFor(coming.map((replica) => replicaName(entry.name, replica)))) };
    const added = await Promise.allSettled(
      coming.map((replica) => supervisor.addPart(servicePart(entry, { ...context, ports }, replica), replicaName(entry.name, replica - 1))),
    );
    const failed = added.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all(coming.map((replica) => supervisor.removePart(replicaName(entry.name, replica))));
      throw failed.reason;
    }
    await Promise.all(going.map((replica) => supervisor.removePart(replicaName(entry.name, replica))));
    this.#counts.set(entry.name, count);
    const several = [...this.#counts].filter(([, replicas]) => replicas > 1);
    await writeAtomically(this.#file, JSON.stringify(Object.fromEntries(several)));
  }
}

/** @throws StackError when there is no such service, or nobody would find a second replica of it */
function serviceNamed(service: string, { config }: StackContext): ServiceEntry {
  const entry = SERVICES.find(({ name }) => name === service);
  if (entry === undefined)
    throw new StackError(`There is no service named ${service}; the services are ${SERVICES.map(({ name }) => name).join(', ')}.`);
  if (config.SHOPVERSE_MESH !== 'xds')
    throw new StackError('With SHOPVERSE_MESH=fixed nobody would find a replica: start the stack with SHOPVERSE_MESH=xds.');
  return entry;
}

function furtherReplicas(count: number): number[] {
  return Array.from({ length: Math.max(0, count - 1) }, (_, index) => index + 2);
}

async function portsFor(names: readonly string[]): Promise<Ports> {
  const free = await freePorts(names.length * 2);
  return Object.fromEntries(names.flatMap((name, index) => [[name, free[index * 2] ?? 0], [`${name}_admin`, free[index * 2 + 1] ?? 0]])); // prettier-ignore
}
