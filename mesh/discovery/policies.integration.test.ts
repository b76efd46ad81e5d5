import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@shopverse/local/demo/eventually';
import { percentile } from '../../bench/median.ts';
import { createLogger } from '../telemetry/logger.ts';
import { openTunnel } from './channel/tunnel.ts';
import type { Counts } from './testing/caller.ts';
import type { Seen } from './testing/replica.ts';
import { calls, openMeshScene, type MeshProcess, type MeshScene } from './testing/scene.ts';

const MINUTE = 60_000;
/** Nobody is ejected, so that what is seen is the policy under test. */
const NO_OUTLIERS = 'outliers: { failurePercent: 0 }\n';

let scene: MeshScene;
let replica: MeshProcess;
const started: MeshProcess[] = [];

beforeAll(async () => {
  scene = await openMeshScene({ leaseMs: 15_000 });
  await scene.policy('user', NO_OUTLIERS);
  [, replica] = await Promise.all([scene.controlPlane(), scene.replica('a', { REPLICA_DELAY_MS: '100' })]);
}, MINUTE);
afterEach(async () => {
  await Promise.all(started.splice(0).map((process) => process.end('SIGTERM')));
  await replica.ask('/come-back');
}, MINUTE); // prettier-ignore
afterAll(() => scene.close());

async function caller(environment: Record<string, string>): Promise<MeshProcess> {
  const process = await scene.caller(environment);
  started.push(process);
  return process;
}
const seen = () => replica.ask<Seen>('/seen');
async function forget(who: MeshProcess): Promise<void> {
  await Promise.all([who.ask('/forget'), replica.ask('/forget')]);
}
/** What the caller counted, as soon as it is like this. */
const once = (who: MeshProcess, what: string, like: (counts: Counts) => boolean) =>
  eventually(what, async () => { const counts = await calls(who); return like(counts) ? counts : undefined; }, { timeoutMs: MINUTE }); // prettier-ignore

describe('a policy’s circuit breaker', () => {
  it('lets so many calls of a caller be under way, and refuses the others at once', async () => {
    const eager = await caller({ CALLER_LOOPS: '8' });
    await once(eager, 'answers', ({ ok }) => ok >= 20);
    expect((await seen()).mostAtOnce).toBeGreaterThan(2);
    await scene.policy('user', `${NO_OUTLIERS}circuitBreaker: { maxRequests: 2 }\nretries: { attempts: 1 }\n`);
    await once(eager, 'a refusal', ({ failed }) => failed > 0);
    await eventually('calls made before to be over', async () => { await forget(eager); return (await calls(eager)).failed > 0 ? true : undefined; }); // prettier-ignore
    await forget(eager);
    const { ok, reasons } = await once(eager, 'answers and refusals', (counts) => counts.ok >= 10 && counts.failed >= 10);
    expect(Object.keys(reasons).every((reason) => reason.includes('UNAVAILABLE'))).toBe(true);
    const { mostAtOnce, calls: reached } = await seen();
    expect(mostAtOnce).toBeLessThanOrEqual(2);
    // What was refused never reached it.
    expect(reached).toBeLessThanOrEqual(ok + 2 + 2);
    await scene.policy('user', NO_OUTLIERS);
    await eventually('room for all', async () => { await forget(eager); const { ok: good, failed } = await once(eager, 'calls', (now) => now.ok + now.failed >= 16); return good > 0 && failed === 0 ? true : undefined; }, { timeoutMs: MINUTE }); // prettier-ignore
  }, 3 * MINUTE); // prettier-ignore
});

describe('a policy’s retries', () => {
  it('hide a short absence from the caller', async () => {
    await scene.policy('user', `${NO_OUTLIERS}retries: { attempts: 4, backoff: 20ms }\n`);
    const one = await caller({ CALLER_STARTS: 'idle' });
    await one.ask('/one');
    await replica.ask('/forget');
    await replica.ask('/stumble');
    expect(await one.ask<Counts>('/one')).toMatchObject({ ok: 1, failed: 0 });
    expect((await seen()).calls).toBe(3);
  }, MINUTE); // prettier-ignore

  it('keep within their budget when a service is away for long', async () => {
    await scene.policy('user', `${NO_OUTLIERS}retries: { attempts: 4, backoff: 10ms, maxBackoff: 50ms, budgetPercent: 20 }\n`);
    const eager = await caller({ CALLER_LOOPS: '8' });
    await once(eager, 'answers', ({ ok }) => ok >= 20);
    await replica.ask('/go-away');
    await once(eager, 'failures', ({ failed }) => failed > 0);
    await forget(eager);
    const { ok, failed } = await once(eager, 'many failures', (counts) => counts.failed >= 200);
    expect(ok).toBe(0);
    // Without a budget it would be four times as many. 8 are under way when it is counted.
    expect((await seen()).calls).toBeLessThan(1.2 * failed + 8 + 10);
  }, 2 * MINUTE); // prettier-ignore
});

describe('a policy’s times', () => {
  it('may be a method’s own, and end its calls whatever the caller allows', async () => {
    const slow = await scene.replica('slow', { REPLICA_DELAY_MS: '5000' });
    started.push(slow);
    await scene.policy('user', `${NO_OUTLIERS}timeout: 20s\nretries: { attempts: 1 }\nmethods: { BatchGetProfiles: { timeout: 50ms } }\n`);
    const patient = await caller({ CALLER_LOOPS: '2', CALLER_TIMEOUT_MS: '30000' });
    const { reasons } = await once(patient, 'calls that ran out of time', ({ failed }) => failed >= 5);
    expect(Object.keys(reasons).every((reason) => reason.startsWith('DEADLINE_EXCEEDED'))).toBe(true);
    expect((await calls(patient)).ok).toBe(0); // 100 ms, too, are too many.
    await scene.policy('user', `${NO_OUTLIERS}timeout: 20s\nmethods: { CountUsers: { timeout: 50ms } }\n`);
    const problem = await eventually('the refusal', async () => (await scene.mesh()).policyProblems[0]);
    expect(problem.reason).toBe('methods.CountUsers: user has no method CountUsers');
    await scene.policy('user', `${NO_OUTLIERS}timeout: 20s\n`);
    await once(patient, 'answers that take longer', ({ from }) => (from['a'] ?? 0) > 0 && (from['slow'] ?? 0) > 0);
  }, 2 * MINUTE); // prettier-ignore
});

describe('a policy’s load balancing', () => {
  it('may keep a user at the same replica', async () => {
    started.push(await scene.replica('b', { REPLICA_DELAY_MS: '5' }));
    await scene.policy('user', `${NO_OUTLIERS}loadBalancing: { sticky: x-user-id }\n`);
    const crowd = await caller({ CALLER_LOOPS: '8', CALLER_USERS: '20' });
    await once(crowd, 'answers of both', ({ from }) => (from['a'] ?? 0) > 0 && (from['b'] ?? 0) > 0);
    const settled = await eventually('each user at one replica', async () => {
      await forget(crowd);
      const { byUser, from } = await once(crowd, 'several calls of each', ({ ok }) => ok >= 100);
      const several = Object.values(byUser).filter((replicas) => replicas.length > 1);
      return several.length === 0 && Object.keys(from).length === 2 ? byUser : undefined;
    }, { timeoutMs: MINUTE }); // prettier-ignore
    expect(Object.keys(settled)).toHaveLength(20);
    await scene.policy('user', NO_OUTLIERS);
    await once(crowd, 'users at both', ({ byUser }) => Object.values(byUser).some((replicas) => replicas.length > 1));
  }, 2 * MINUTE); // prettier-ignore
});

describe('a burst', () => {
  it('of ten times what a service takes is refused the cheap way, and the calls that are let in are as good as before', async () => {
    // It takes 40 calls a second.
    const small = { REPLICA_DELAY_MS: '100', RPC_MAX_CONCURRENT_CALLS: '4', MESH_VERSION: 'small' };
    await scene.policy('user', `${NO_OUTLIERS}retries: { attempts: 1 }\nweights: { small: 1 }\n`);
    const limited = await scene.replica('small', small);
    started.push(limited);
    const steady = await caller({ CALLER_LOOPS: '3', CALLER_PAUSE_MS: '100' });
    await once(steady, 'answers of the small one alone', ({ from }) => (from['small'] ?? 0) > 0);
    await steady.ask('/forget');
    const before = await once(steady, 'calls', ({ ok }) => ok >= 40);
    expect(before.failed).toBe(0);
    const burst = await caller({ CALLER_LOOPS: '40', CALLER_PAUSE_MS: '100' });
    await once(burst, 'refusals', ({ failed }) => failed >= 50);
    await Promise.all([steady, burst, limited].map((process) => process.ask('/forget')));
    const [during, refused] = await Promise.all([
      once(steady, 'calls in the burst', ({ ok, failed }) => ok >= 20 && failed > 0),
      once(burst, 'refusals', ({ ok, failed }) => ok > 0 && failed >= 300),
    ]);
    expect(Object.keys({ ...during.reasons, ...refused.reasons }).every((reason) => reason.startsWith('OVERLOADED'))).toBe(true);
    expect((await limited.ask<Seen>('/seen')).mostAtOnce).toBeLessThanOrEqual(4);
    // In a collapse each call waits behind all others: ten times as long.
    expect(percentile(during.tookMs, 0.5)).toBeLessThan(5 * percentile(before.tookMs, 0.5));
  }, 3 * MINUTE); // prettier-ignore
});

describe('another’s bootstrap', () => {
  it('leads to its control plane, by setting only', async () => {
    await scene.policy('user', NO_OUTLIERS);
    // As Istio does it: an agent beside the process has the certificate and offers the control plane at a socket.
    const agent = openTunnel({ controlPlanes: [scene.discovery], certificates: join(scene.folder, 'order'), log: createLogger('agent', 'silent') });
    try {
      const file = join(scene.folder, 'bootstrap.json');
      const server = { server_uri: agent.target, channel_creds: [{ type: 'insecure' }], server_features: ['xds_v3'] };
      await writeFile(file, JSON.stringify({ xds_servers: [server], node: { id: 'sidecar~127.0.0.1~order.shop~shop.svc.cluster.local', locality: { zone: 'a' } } })); // prettier-ignore
      const stranger = await caller({ MESH_DISCOVERY: '', GRPC_XDS_BOOTSTRAP: file });
      const { from } = await once(stranger, 'answers', ({ ok }) => ok > 0);
      expect(Object.keys(from)).toEqual(['a']);
    } finally {
      agent.close();
    }
  }, MINUTE); // prettier-ignore
});
