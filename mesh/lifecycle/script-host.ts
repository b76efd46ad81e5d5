import { createLogger } from '../telemetry/logger.ts';
import { STOP_PHASES, type Service, type StopPhase } from './service.ts';

/** What a short-lived script offers the stores it opens, in place of a service: a limit for waiting, and a way to close everything. */
export interface ScriptHost extends Pick<Service, 'name' | 'log' | 'signal' | 'addCheck' | 'onStop'> {
  /** Ends what waits and closes what was opened, in the order in which a service does. */
  close(): Promise<void>;
}

/** A host for a script that gives up waiting for its dependencies after `patienceMs` milliseconds. */
export function scriptHost(name: string, patienceMs: number): ScriptHost {
  const done = new AbortController();
  const stops: { readonly phase: StopPhase; readonly stop: () => Promise<void> }[] = [];
  return {
    name,
    log: createLogger(name, 'silent'),
    signal: AbortSignal.any([AbortSignal.timeout(patienceMs), done.signal]),
    addCheck: () => undefined,
    onStop: (phase, _name, stop) => void stops.push({ phase, stop }),
    close: async () => {
      done.abort();
      for (const phase of STOP_PHASES) await Promise.all(stops.filter((stop) => stop.phase === phase).map(({ stop }) => stop()));
    },
  };
}
