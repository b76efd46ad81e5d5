import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InstanceRegistration } from '@shopverse/mesh/discovery/instance/registration';
import { openMeshScene, type MeshProcess, type MeshScene } from '@shopverse/mesh/discovery/testing/scene';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import type { Server } from '@grpc/grpc-js';
import { join } from 'node:path';
import { readDescriptors, type Descriptors } from './contract/descriptors.ts';
import { settings } from './settings.ts';
import { startEdge, type Edge } from './testing/envoy-process.ts';
import { eventually } from './testing/eventually.ts';
import { startService } from './testing/recorded-service.ts';
import { startTokenIssuer, type TokenIssuer } from './testing/tokens.ts';

const MINUTE = 60_000;

let scene: MeshScene;
let controlPlane: MeshProcess;
let descriptors: Descriptors;
let issuer: TokenIssuer;
let edge: Edge;
const replicas: { server: Server; registration: InstanceRegistration }[] = [];
/** Who answered, by replica. */
const answered = new Map<string, number>();

beforeAll(async () => {
  scene = await openMeshScene();
  await Promise.all(['edge', 'product'].map((workload) => scene.issue(workload)));
  controlPlane = await scene.controlPlane();
  descriptors = await readDescriptors(settings.EDGE_DESCRIPTORS.parse(undefined));
  issuer = await startTokenIssuer();
  edge = await startEdge(descriptors, {
    EDGE_CERTIFICATES: join(scene.folder, 'edge'),
    EDGE_DISCOVERY: scene.discovery,
    EDGE_JWKS_URL: issuer.jwksUrl,
  });
}, 2 * MINUTE);
afterAll(async () => {
  await edge?.stop();
  for (const { server, registration } of replicas) {
    await registration.leave();
    server.forceShutdown();
  }
  await issuer?.stop();
  await scene?.close();
});

/** A replica of the product service, registered. */
async function start(name: string): Promise<void> {
  const service = [...descriptors.registry.files].flatMap(({ services }) => services).find(({ typeName }) => typeName === 'shopverse.product.v1.ProductService');
  if (service === undefined) throw new Error('the contract has changed');
  const certificates = join(scene.folder, 'product');
  const answer = async (): Promise<undefined> => void answered.set(name, (answered.get(name) ?? 0) + 1);
  const { server, port } = await startService([service], { certificates, registry: descriptors.registry, answer });
  const registration = new InstanceRegistration({
    controlPlanes: [scene.discovery],
    credentials: new WorkloadCredentials(certificates),
    log: createLogger('product', 'silent'),
    ip: '127.0.0.1',
    port,
    adminPort: 0,
    version: '1',
    startedAt: new Date(),
  });
  replicas.push({ server, registration });
  await registration.registered();
} // prettier-ignore
const get = async () => (await fetch(`http://127.0.0.1:${edge.port}/v1/products`)).status;
const servedBy = (...names: readonly string[]) =>
  eventually(async () => {
    answered.clear();
    const statuses = new Set<number>();
    for (let i = 0; i < 20; i += 1) statuses.add(await get());
    return [...statuses].join() === '200' && [...answered.keys()].toSorted().join() === names.join() ? true : undefined;
  }, MINUTE);

describe('an edge that is told by the control plane', () => {
  it('starts when nobody is there yet, and says that the service is away', async () => {
    expect(await get()).toBe(503);
  });

  it(
    'finds replicas as they come, and lets go of one that leaves though it is healthy',
    async () => {
      await start('a');
      await servedBy('a');
      await start('b');
      await servedBy('a', 'b');
      await replicas[0]?.registration.leave();
      await servedBy('b');
      expect(answered.get('b')).toBe(20);
    },
    2 * MINUTE,
  );

  it(
    'goes on without the control plane, and listens to it again when it is back',
    async () => {
      await controlPlane.end('SIGKILL');
      for (let i = 0; i < 20; i += 1) expect(await get()).toBe(200);
      controlPlane = await scene.controlPlane();
      for (let i = 0; i < 20; i += 1) expect(await get()).toBe(200);
      await start('c');
      await servedBy('b', 'c');
    },
    3 * MINUTE,
  );
});
