import { askControl } from '@shopverse/local/supervisor/control';
import type { PartReport } from '@shopverse/local/supervisor/supervisor';
import { sleep } from '@shopverse/mesh/backoff';
import type { SeededRandom } from './random.ts';

/** Every process in the way of an order; the outbox relays live in the services. */
export const PARTS = ['order', 'payment', 'product', 'sandbox', 'edge', 'kafka', 'postgres'] as const;

/** A process that was killed or stopped, and when: milliseconds since the beginning. */
export interface Kill {
  readonly part: string;
  readonly atMs: number;
  /** How long it was stopped, in milliseconds; absent when it was killed and came back as soon as it could. */
  readonly awayMs?: number;
}

/** Pauses between two kills, in milliseconds. */
const PAUSE_MS = [1_000, 4_000] as const;

/** How often the next one waits until the last one is back, so that the shop sells in between; otherwise several are away at once. */
const ONE_AT_A_TIME = 0.6;
/** Longest wait for one to be back, in milliseconds. */
const BACK_MS = 10_000;

/**
 * Kills one process after another with SIGKILL, at random moments, until `signal` aborts; the supervisor brings each back. Everybody has had a turn before
 * anybody has a second one, so that even a short run spares none.
 *
 * @param parts who may be killed; everybody in the way of an order when not given
 */
export async function killAround(
  home: string,
  random: SeededRandom,
  signal: AbortSignal,
  parts: readonly [string, ...string[]] = PARTS,
): Promise<Kill[]> {
  const started = performance.now();
  const kills: Kill[] = [];
  for (let turn: string[] = []; ;) {
    if (!(await sleep(random.between(...PAUSE_MS), signal))) return kills;
    if (turn.length === 0) turn = random.shuffled(parts);
    const part = turn.pop() ?? parts[0];
    await askControl(home, 'kill', part);
    kills.push({ part, atMs: Math.round(performance.now() - started) });
    if (random.chance(ONE_AT_A_TIME)) await isBack(home, part, AbortSignal.any([signal, AbortSignal.timeout(BACK_MS)]));
  }
}

async function isBack(home: string, part: string, signal: AbortSignal): Promise<void> {
  while (await sleep(100, signal)) {
    const { parts = [] } = (await askControl<{ parts: PartReport[] }>(home, 'status')) ?? {};
    if (parts.find(({ name }) => name === part)?.state === 'ready') return;
  }
}
