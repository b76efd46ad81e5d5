import { askControl } from '@shopverse/local/supervisor/control';
import { sleep } from '@shopverse/mesh/backoff';
import { killAround, type Kill } from './killer.ts';
import type { SeededRandom } from './random.ts';

/** What events go through, or end in. */
const AWAY = ['kafka', 'mongodb', 'clickhouse', 'mail'] as const;
/** Who handles events. */
const CONSUMERS = ['notification', 'recommendation', 'analytics', 'order', 'product', 'payment', 'auth', 'user'] as const;

/** How many stretches of time `outages` takes, each of the same length. */
export const STRETCHES = AWAY.length + 1;
/** What stopping and starting a server adds to its stretch, in seconds: the load must last until the last one is over. */
const CHANGE_SECONDS = 12;

/** How long the load lasts beside `outages(seconds)`, in seconds. */
export const loadSeconds = (seconds: number): number => seconds * STRETCHES + CHANGE_SECONDS * AWAY.length;

/** Takes away one server after the other, each for `seconds`, and then kills the consumers of events at random for as long. */
export const outages =
  (seconds: number) =>
  async (home: string, random: SeededRandom): Promise<Kill[]> => {
    const started = performance.now();
    const kills: Kill[] = [];
    for (const part of AWAY) {
      const atMs = performance.now() - started;
      await askControl(home, 'stop', part, 60_000);
      await sleep(seconds * 1_000);
      await askControl(home, 'start', part, 120_000);
      kills.push({ part, atMs: Math.round(atMs), awayMs: Math.round(performance.now() - started - atMs) });
    }
    const offset = Math.round(performance.now() - started);
    const killed = await killAround(home, random, AbortSignal.timeout(seconds * 1_000), CONSUMERS);
    return [...kills, ...killed.map(({ part, atMs }) => ({ part, atMs: atMs + offset }))];
  };
