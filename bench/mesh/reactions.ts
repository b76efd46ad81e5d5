import { calls, openMeshScene } from '@shopverse/mesh/discovery/testing/scene';
import { eventually } from '@shopverse/local/demo/eventually';
import { median } from '../median.ts';
import type { Metric } from '../result.ts';

const PATIENCE = { timeoutMs: 60_000, intervalMs: 20 };

/**
 * Under load: from the kill of one of three replicas to the last call that failed (0 when none did), and from the start of a new one to its first call: of
 * its process, and of its server.
 */
export async function reactions({ quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const rounds = quick ? 1 : 5;
  const scene = await openMeshScene();
  const [kills, starts, told]: [number[], number[], number[]] = [[], [], []];
  try {
    const [, caller] = await Promise.all([scene.controlPlane(), scene.caller(), scene.replica('a'), scene.replica('b')]);
    for (let round = 0; round < rounds; round += 1) {
      await caller.ask('/forget');
      const name = `new-${round}`;
      const startedAt = Date.now();
      const replica = await scene.replica(name);
      const first = await eventually(`the first call of ${name}`, async () => (await calls(caller)).firstFrom[name], PATIENCE);
      starts.push(first - startedAt);
      const serving = replica.lines.find(({ message }) => message === 'serving');
      told.push(Math.max(0, first - Date.parse(String(serving?.['time']))));
      await caller.ask('/forget');
      await eventually('some calls', async () => ((await calls(caller)).ok > 100 ? true : undefined), PATIENCE);
      const killedAt = Date.now();
      await replica.end('SIGKILL');
      const { ok } = await calls(caller);
      await eventually('calls after the kill', async () => ((await calls(caller)).ok > ok + 200 ? true : undefined), PATIENCE);
      const { lastFailureAt } = await calls(caller);
      kills.push(lastFailureAt === null ? 0 : Math.max(0, lastFailureAt - killedAt));
    }
  } finally {
    await scene.close();
  }
  return [
    { metric: 'kill_gap_ms', value: median(kills), unit: 'ms', runs: rounds },
    { metric: 'scale_up_ms', value: median(starts), unit: 'ms', goal: '< 1000', runs: rounds },
    { metric: 'scale_up_serving_ms', value: median(told), unit: 'ms', runs: rounds },
  ];
}
