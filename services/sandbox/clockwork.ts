/** Work that is done whenever something is due. */
export interface Clockwork {
  /** Something new may be due: look now. */
  wake(): void;
  /** Looks no more. */
  stop(): void;
}

const LONGEST_SLEEP_MS = 60_000;

/**
 * Runs `tick` now, whenever it is woken, and at the time that it answers (milliseconds since the epoch; undefined: nothing is due). `tick` must not throw.
 */
export function startClockwork(tick: () => number | undefined, now: () => number): Clockwork {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = () => {
    clearTimeout(timer);
    if (stopped) return;
    const next = tick();
    const waitMs = next === undefined ? LONGEST_SLEEP_MS : Math.min(Math.max(next - now(), 1), LONGEST_SLEEP_MS);
    timer = setTimeout(run, waitMs);
  };
  run();
  return {
    wake: () => setImmediate(run),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
