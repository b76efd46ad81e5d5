/** What an instance says of itself, and whose it is. */
export interface Registrant {
  /** Given by the process, another at each start. */
  readonly id: string;
  /** Workload name, from its certificate. */
  readonly service: string;
  readonly ip: string;
  readonly port: number;
  /** 0 when it has no admin server. */
  readonly adminPort: number;
  readonly version: string;
  readonly startedAt: Date;
  readonly serving: boolean;
  readonly certificateExpiresAt: Date | undefined;
}

/** An instance that is believed to be there. */
export interface RegisteredInstance extends Registrant {
  readonly registeredAt: Date;
}

/** Why an instance is gone. */
export type GoneReason = 'left' | 'lease expired' | 'replaced';

/** One registration: as long as its stream. */
export interface Registration {
  /** Resolves when the registry gives it up: the lease ran out, or the instance is registered by another stream. */
  readonly over: Promise<GoneReason>;
  /** Takes the instance out, unless another stream has it by now. */
  end(): void;
}

/** Hears of the registry's changes. */
export interface RegistryListener {
  /** Something of what others are told has changed. */
  changed(): void;
  joined(instance: RegisteredInstance): void;
  gone(instance: RegisteredInstance, reason: GoneReason): void;
}

interface Entry {
  instance: RegisteredInstance;
  timer: NodeJS.Timeout | undefined;
  readonly over: PromiseWithResolvers<GoneReason>;
}

/** Who is where, by word of the instances themselves. Nothing is kept elsewhere: whoever starts with an empty registry is told again. */
export class Registry {
  readonly leaseMs: number;
  readonly #listener: RegistryListener;
  readonly #entries = new Map<string, Entry>();

  constructor(leaseMs: number, listener: RegistryListener) {
    this.leaseMs = leaseMs;
    this.#listener = listener;
  }

  /** Registers an instance until its registration ends, or the lease runs out without a renewal. */
  register(registrant: Registrant): Registration {
    const known = this.#entries.get(registrant.id);
    const entry: Entry = {
      instance: { ...registrant, registeredAt: known?.instance.registeredAt ?? new Date() },
      timer: undefined,
      over: Promise.withResolvers<GoneReason>(),
    };
    if (known === undefined) this.#forgetWhoWasThere(registrant);
    else this.#release(known, 'replaced');
    this.#entries.set(registrant.id, entry);
    this.#extend(entry);
    if (known === undefined) this.#listener.joined(entry.instance);
    if (known === undefined || changes(known.instance, registrant)) this.#listener.changed();
    return { over: entry.over.promise, end: () => this.#remove(entry, 'left') };
  }

  /** Renews the lease. Answers false when this service has no such instance. */
  renew(service: string, id: string, now: Pick<Registrant, 'serving' | 'certificateExpiresAt'>): boolean {
    const entry = this.#entries.get(id);
    if (entry?.instance.service !== service) return false;
    const before = entry.instance;
    entry.instance = { ...before, ...now };
    this.#extend(entry);
    if (changes(before, entry.instance)) this.#listener.changed();
    return true;
  }

  /** All instances of all services, each service's in the order of their addresses. */
  instances(): RegisteredInstance[] {
    return [...this.#entries.values()]
      .map(({ instance }) => instance)
      .toSorted((a, b) => compare(a.service, b.service) || compare(a.ip, b.ip) || a.port - b.port);
  }

  /** Whose address it is now was restarted there before the lease of its predecessor ended. */
  #forgetWhoWasThere({ service, ip, port }: Registrant): void {
    for (const entry of this.#entries.values()) {
      const { instance } = entry;
      if (instance.service === service && instance.ip === ip && instance.port === port) this.#remove(entry, 'replaced');
    }
  }

  #extend(entry: Entry): void {
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.#remove(entry, 'lease expired'), this.leaseMs);
    entry.timer.unref();
  }

  #remove(entry: Entry, reason: GoneReason): void {
    const { instance } = entry;
    this.#release(entry, reason);
    if (this.#entries.get(instance.id) !== entry) return;
    this.#entries.delete(instance.id);
    this.#listener.gone(instance, reason);
    this.#listener.changed();
  }

  #release(entry: Entry, reason: GoneReason): void {
    clearTimeout(entry.timer);
    entry.over.resolve(reason);
  }
}

/** Whether others must hear of it. */
function changes(before: Registrant, after: Registrant): boolean {
  return before.serving !== after.serving || before.ip !== after.ip || before.port !== after.port || before.version !== after.version;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
