import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The first value that `look` finds: it is asked again until it answers something else than undefined, for at most `withinMs`
 * milliseconds. Errors of `look` count as nothing found, and the last one is told when time is up.
 */
export async function eventually<Found>(look: () => Promise<Found | undefined>, withinMs = 10_000): Promise<Found> {
  const end = performance.now() + withinMs;
  let trouble: unknown;
  do {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      trouble = error;
    }
    await sleep(20);
  } while (performance.now() < end);
  throw new Error(`Not there after ${withinMs} ms`, { cause: trouble });
}
