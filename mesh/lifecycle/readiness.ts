import type { CheckOptions } from './service.ts';

/** One dependency as /readyz shows it. */
export interface CheckResult {
  readonly status: 'up' | 'down';
  /** Why it is down, one sentence. */
  readonly reason?: string;
  readonly critical: boolean;
}

/** The answer of /readyz. */
export interface ReadinessReport {
  readonly status: 'ready' | 'not_ready';
  readonly checks: Readonly<Record<string, CheckResult>>;
}

interface Check extends Required<CheckOptions> {
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** Longest time for all checks together, in milliseconds. */
const CHECK_TIMEOUT_MS = 2_000;

/** Knows what a process depends on, and whether it is there. */
export class Readiness {
  readonly #checks = new Map<string, Check>();
  /** Set while the process can't serve, whatever its dependencies say: "starting", "draining". */
  #phase: string | undefined = 'starting';

  add(name: string, run: Check['run'], { critical = true }: CheckOptions = {}): void {
    this.#checks.set(name, { run, critical });
  }

  /** The process serves from now on, when its dependencies are there. */
  open(): void {
    this.#phase = undefined;
  }

  /** The process no longer serves: a sentence that says why. */
  close(phase: string): void {
    this.#phase = phase;
  }

  /** Asks every dependency at once. */
  async report(): Promise<ReadinessReport> {
    const entries = await Promise.all([...this.#checks].map(async ([name, check]) => [name, await result(check)] as const));
    if (this.#phase !== undefined) entries.push(['process', { status: 'down', reason: this.#phase, critical: true }]);
    const ready = entries.every(([, { status, critical }]) => status === 'up' || !critical);
    return { status: ready ? 'ready' : 'not_ready', checks: Object.fromEntries(entries) };
  }
}

async function result({ run, critical }: Check): Promise<CheckResult> {
  const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  const timedOut = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`did not answer within ${CHECK_TIMEOUT_MS} ms`)), { once: true });
  });
  try {
    await Promise.race([run(signal), timedOut]);
    return { status: 'up', critical };
  } catch (error) {
    return { status: 'down', reason: error instanceof Error ? error.message : String(error), critical };
  }
}
