import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiscoveryServiceDefinition } from '@shopverse/contracts/shopverse/mesh/v1/discovery_service';
import { Fault } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { eventually } from '@shopverse/local/demo/eventually';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CertificateAuthority } from '../../identity/authority.ts';
import { WorkloadCredentials } from '../../identity/credentials.ts';
import { RpcServer } from '../../rpc/serve.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { Faults } from '../faults.ts';
import { Policies } from '../policy/policies.ts';
import { registryService } from '../registry-service.ts';
import { Registry } from '../registry.ts';
import { Registrar } from './registrar.ts';
import { DISCOVERY } from './workload.ts';

const LEASE_MS = 15_000;
const log = createLogger('test', 'silent');
const instanceId = randomUUID();

let folder: string;
let registry: Registry;
let faults: Faults;
let heard: (readonly Fault[])[];
let server: RpcServer;
let address: string;
let told: string[];
let serving: boolean;
let registrar: Registrar | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-registrar-'));
  const authority = await CertificateAuthority.open(join(folder, 'ca'));
  for (const workload of [DISCOVERY, 'order', 'stranger']) await authority.issueInto(join(folder, workload), workload);
  [told, heard, serving, registrar] = [[], [], true, undefined];
  address = `127.0.0.1:${await serve('127.0.0.1:0')}`;
});
afterEach(async () => {
  await registrar?.leave();
  await server.drain(100);
  await rm(folder, { recursive: true });
});

async function serve(listen: string): Promise<number> {
  const policies = new Policies(folder, log);
  faults = new Faults((name) => policies.of(name));
  registry = new Registry(LEASE_MS, {
    changed: () => told.push('changed'),
    joined: () => told.push('joined'),
    gone: (_instance, reason) => told.push(`gone: ${reason}`),
  });
  server = new RpcServer({ credentials: new WorkloadCredentials(join(folder, DISCOVERY)).server(), log });
  server.add(DiscoveryServiceDefinition, registryService({ registry, policies, faults, subscribers: () => 0 }));
  return server.listen(listen);
}
function register(workload: string, streamMs?: number): Registrar {
  const credentials = new WorkloadCredentials(join(folder, workload)).channel(DISCOVERY);
  const startedAt = new Date();
  const describeSelf = () => ({ instanceId, ip: '127.0.0.1', port: 1, adminPort: 0, version: '1', startedAt, serving, certificateExpiresAt: startedAt }); // prettier-ignore
  return (registrar = new Registrar({ address, credentials, log, describe: describeSelf, onFaults: (now) => heard.push(now) }, streamMs));
}
const known = () => registry.instances().map(({ service, serving: able }) => `${service} ${able ? 'serves' : 'can not serve'}`);
const untilKnown = (...wanted: string[]) =>
  eventually(`${wanted.join() || 'nobody'} to be known`, async () => (known().join() === wanted.join() ? true : undefined));

describe('a registration', () => {
  it('is under the name in the certificate, follows the instance’s readiness, and ends at once when it leaves', async () => {
    const order = register('order');
    await order.registered(10_000);
    await expect(order.check()).resolves.toBeUndefined();
    expect(known()).toEqual(['order serves']);
    serving = false;
    order.renew();
    await untilKnown('order can not serve');
    await order.leave();
    await untilKnown();
    expect(told.findLast((line) => line !== 'changed')).toBe('gone: left');
  });

  it('goes from stream to stream without a moment in which nobody is there', async () => {
    const registrations: number[] = [];
    const register_ = registry.register.bind(registry);
    registry.register = (registrant) => {
      registrations.push(registrations.length);
      return register_(registrant);
    };
    await register('order', 100).registered(20_000);
    told.length = 0;
    await eventually('five streams', async () => (registrations.length >= 5 ? true : undefined));
    expect(told).not.toContainEqual(expect.stringMatching('gone'));
    expect(known()).toEqual(['order serves']);
  });

  it('is told of trouble that it is to make, until its time is over, and not of others’', async () => {
    await register('order').registered(10_000);
    const of = (method: string, ms: number) =>
      Fault.fromPartial({ method, abort: 'UNAVAILABLE', percent: 50, until: new Date(Date.now() + ms) });
    faults.set('product', [of('GetProduct', 60_000)]);
    faults.set('order', [of('GetOrder', 60_000), of('ListOrders', 200)]);
    const methods = () => heard.map((now) => now.map(({ method }) => method).join());
    await eventually('the end of one', async () => (methods().at(-1) === 'GetOrder' && methods().length > 2 ? true : undefined));
    faults.set('order', []);
    await eventually('the end of all', async () => (methods().at(-1) === '' && methods().length > 3 ? true : undefined));
    expect(methods()).toEqual(['', 'GetOrder,ListOrders', 'GetOrder', '']);
  });

  it('comes back by itself when the control plane does', async () => {
    const order = register('order');
    await order.registered(10_000);
    server.grpc.forceShutdown();
    await eventually('the loss to be noticed', async () => order.check().then(() => undefined, () => true)); // prettier-ignore
    await serve(address);
    await untilKnown('order serves');
    await eventually('the registration', async () => order.check().then(() => true, () => undefined)); // prettier-ignore
    expect(known()).toEqual(['order serves']);
  });

  it('is refused to who is no service of the shop', async () => {
    const stranger = register('stranger');
    await eventually('the refusal', async () => stranger.check().then(() => undefined, (error: Error) => (error.message.includes('may not call') ? true : undefined))); // prettier-ignore
    expect(known()).toEqual([]);
  });
});
