import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import type { Counts } from './testing/caller.ts';
import { calls, openMeshScene, type MeshProcess, type MeshScene } from './testing/scene.ts';

const MINUTE = 60_000;
/** Longer than anything here takes but learning, so that nobody is missed by a lease that ran out. */
const LEASE_MS = 15_000;
/** Calls of the caller that are under way at once. */
const IN_FLIGHT = 4;

let scene: MeshScene;
let controlPlane: MeshProcess;
let caller: MeshProcess;
const replicas = new Map<string, MeshProcess>();

beforeAll(async () => {
  scene = await openMeshScene({ leaseMs: LEASE_MS });
  await scene.policy('user', 'outliers: { failurePercent: 50, minCalls: 3, interval: 500ms, ejection: 5s, maxEjectedPercent: 67 }\n');
  [controlPlane, caller] = await Promise.all([scene.controlPlane(), scene.caller(), start('a'), start('b'), start('c')]);
}, 5 * MINUTE);
afterAll(() => scene.close());

async function start(name: string, environment: Record<string, string> = {}): Promise<void> {
  replicas.set(name, await scene.replica(name, environment));
}
async function end(name: string, signal: NodeJS.Signals): Promise<number | null | undefined> {
  const code = await replicas.get(name)?.end(signal);
  replicas.delete(name);
  return code;
}
const forget = () => caller.ask('/forget');

/** Resolves when these, and nobody else, have answered the caller for a while. */
const servedBy = (...names: readonly string[]) => answersOf(caller, names);

async function answersOf(who: MeshProcess, names: readonly string[]): Promise<Counts> {
  return eventually(
    `answers of ${names.join(', ')} alone`,
    async () => {
      await who.ask('/forget');
      const seen = await eventually('some calls', async () => {
        const counts = await calls(who);
        return counts.ok + counts.failed >= 20 * names.length ? counts : undefined;
      });
      return Object.keys(seen.from).toSorted().join() === names.toSorted().join() && seen.failed === 0 ? seen : undefined;
    },
    { timeoutMs: 2 * MINUTE },
  );
}
const known = async () =>
  (await scene.mesh()).services.find(({ name }) => name === 'user')?.instances.filter(({ serving }) => serving).length ?? 0;

describe('replicas of a service', () => {
  it('share the calls of a client', async () => {
    const { from } = await servedBy('a', 'b', 'c');
    for (const name of ['a', 'b', 'c']) expect(from[name]).toBeGreaterThan(10);
  }, 3 * MINUTE); // prettier-ignore

  it(
    'are restarted one after the other under load without a failed call',
    async () => {
      await forget();
      for (const name of ['a', 'b', 'c']) {
        expect(await end(name, 'SIGTERM')).toBe(0);
        await start(name);
      }
      const counts = await calls(caller);
      expect([counts.failed, counts.reasons]).toEqual([0, {}]);
      expect(counts.ok).toBeGreaterThan(100);
      await servedBy('a', 'b', 'c');
    },
    6 * MINUTE,
  );

  it(
    'may be killed: no more is lost than what one had in hand',
    async () => {
      await forget();
      await end('c', 'SIGKILL');
      await servedBy('a', 'b');
      expect((await calls(caller)).failed).toBeLessThanOrEqual(IN_FLIGHT);
      expect(await known()).toBe(2);
      await start('c');
      await servedBy('a', 'b', 'c');
    },
    4 * MINUTE,
  );

  it(
    'that can’t serve are not called until they can',
    async () => {
      await replicas.get('a')?.ask('/lose-store');
      await servedBy('b', 'c');
      expect(await known()).toBe(2);
      await replicas.get('a')?.ask('/find-store');
      await servedBy('a', 'b', 'c');
    },
    4 * MINUTE,
  );

  it(
    'that hang are ejected by who calls them, before their lease is over',
    async () => {
      const stopped = replicas.get('b');
      stopped?.child.kill('SIGSTOP');
      await servedBy('a', 'c');
      // The control plane still believes in it: it was its callers who left it alone.
      expect(await known()).toBe(3);
      stopped?.child.kill('SIGCONT');
      await servedBy('a', 'b', 'c');
    },
    4 * MINUTE,
  );
});

describe('a policy', () => {
  it('gives versions their shares, without a restart of anybody', async () => {
    await start('canary', { MESH_VERSION: '2.0.0-canary' });
    await servedBy('a', 'b', 'c', 'canary');
    await scene.policy('user', 'weights: { "2.0.0-canary": 100 }\n');
    await servedBy('canary');
    await scene.policy('user', 'weights: { "2.0.0-canary": 1, "0.1.0": 3 }\n');
    // The first calls counted may still have gone by the shares before.
    const shares = await eventually('three calls in four to the others', async () => {
      const { from } = await servedBy('a', 'b', 'c', 'canary');
      const others = (from['a'] ?? 0) + (from['b'] ?? 0) + (from['c'] ?? 0);
      return others > (from['canary'] ?? 0) ? { others, canary: from['canary'] } : undefined;
    });
    expect(shares.canary).toBeGreaterThan(0);
    await end('canary', 'SIGTERM');
    await servedBy('a', 'b', 'c');
  }, 6 * MINUTE); // prettier-ignore

  it('that is wrong is refused with its line, and the last good one stays', async () => {
    await scene.policy('user', 'timeout: 3s\nretries:\n  attempts: many\n');
    const problem = await eventually('the refusal', async () => (await scene.mesh()).policyProblems[0]);
    expect(problem).toMatchObject({ file: 'user.yaml', line: 3, reason: expect.stringMatching(/^retries.attempts /) });
    expect(controlPlane.lines).toContainEqual(expect.objectContaining({ message: 'policy refused; the last good one stays in force', line: 3 }));
    await scene.policy('user', 'timeout: 3s\n');
    const timeout = await eventually('the policy', async () => {
      const { services, policyProblems } = await scene.mesh();
      return policyProblems.length > 0 ? undefined : services.find(({ name }) => name === 'user')?.policy?.timeout;
    });
    expect(timeout?.seconds).toBe(3n);
  }, 3 * MINUTE); // prettier-ignore
});

describe('a target', () => {
  it('that nobody knows fails with the reason, long before the deadline', async () => {
    const lost = await scene.caller({ CALLER_PEER: 'nobody', CALLER_STARTS: 'idle', CALLER_TIMEOUT_MS: '60000' });
    const { failed, reasons } = await lost.ask<Counts>('/one');
    expect([failed, Object.keys(reasons).join()]).toEqual([1, expect.stringMatching(/UNAVAILABLE The nobody service has no instance that the mesh knows/)]);
    await lost.end('SIGTERM');
  }, 3 * MINUTE); // prettier-ignore

  it('whose last instance leaves fails until there is one again, and takes no caller with it', async () => {
    // A service without a policy: with its last instance all that the control plane knows of it is gone.
    const lonely = await openMeshScene();
    try {
      const [, only, who] = await Promise.all([lonely.controlPlane(), lonely.replica('only'), lonely.caller()]);
      await answersOf(who, ['only']);
      expect(await only.end('SIGTERM')).toBe(0);
      await who.ask('/forget');
      const { reasons } = await eventually('a call that nobody answers', async () => {
        const counts = await calls(who);
        return counts.failed > 20 ? counts : undefined;
      });
      expect(Object.keys(reasons).join()).toMatch(/UNAVAILABLE The user service has no instance that the mesh knows/);
      await lonely.replica('next');
      await answersOf(who, ['next']);
      expect(await who.end('SIGTERM')).toBe(0);
    } finally {
      await lonely.close();
    }
  }, 3 * MINUTE); // prettier-ignore

  it('is told of in vain when the control plane’s certificate is another’s', async () => {
    const impostor = await openMeshScene();
    try {
      await impostor.authority.issueInto(`${impostor.folder}/discovery`, 'product');
      await impostor.controlPlane();
      const deceived = await impostor.caller({ CALLER_STARTS: 'idle' });
      const { failed } = await deceived.ask<Counts>('/one');
      expect(failed).toBe(1);
      expect(JSON.stringify(deceived.lines)).toContain('it is not the control plane but');
      await expect(impostor.mesh()).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    } finally {
      await impostor.close();
    }
  }, 5 * MINUTE); // prettier-ignore
});

describe('the control plane', () => {
  it(
    'may be away: calls go on with what is known, and all is as it was when it is back',
    async () => {
      await servedBy('a', 'b', 'c');
      await controlPlane.end('SIGKILL');
      await forget();
      await eventually('calls without it', async () => ((await calls(caller)).ok >= 200 ? true : undefined), { timeoutMs: MINUTE });
      controlPlane = await scene.controlPlane();
      await eventually('all to be registered again', async () => ((await known()) === 3 ? true : undefined), { timeoutMs: MINUTE });
      await eventually('calls with it', async () => ((await calls(caller)).ok >= 400 ? true : undefined), { timeoutMs: MINUTE });
      const { failed, reasons } = await calls(caller);
      expect([failed, reasons]).toEqual([0, {}]);
      // Once it has learned, it is listened to again.
      await start('d');
      await servedBy('a', 'b', 'c', 'd');
    },
    4 * MINUTE,
  );

  it(
    'may be several: each is told of everybody, and one of them is enough',
    async () => {
      const several = await openMeshScene({ leaseMs: LEASE_MS, controlPlanes: 2 });
      try {
        const [first, , other] = await Promise.all([
          several.controlPlane(0),
          several.controlPlane(1),
          several.caller(),
          several.replica('a'),
        ]);
        await answersOf(other, ['a']);
        await first.end('SIGKILL');
        await several.replica('b');
        await answersOf(other, ['a', 'b']);
        const { services } = await several.mesh(1);
        expect(services.map(({ name, instances }) => [name, instances.length])).toEqual([
          ['order', 1],
          ['user', 2],
        ]);
      } finally {
        await several.close();
      }
    },
    6 * MINUTE,
  );
});
