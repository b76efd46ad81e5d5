import { join } from 'node:path';
import { InstanceRegistration } from '@shopverse/mesh/discovery/instance/registration';
import { openMeshScene, type MeshScene } from '@shopverse/mesh/discovery/testing/scene';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import { CALLEE, isFound, type Variant } from '../foundation/onion/call.ts';
import { measurePair, startPair, type Pair } from '../foundation/onion/pair.ts';
import { median } from '../median.ts';
import type { Metric } from '../result.ts';

const VARIANTS = ['plaintext', 'bare', 'xds', 'mesh-xds'] as const satisfies readonly Variant[];

/**
 * CPU per unary call, client and server together: what mutual TLS adds to plaintext, what being found by xDS adds to that, and all of the mesh against bare
 * grpc-js with mutual TLS. Interleaved rounds, medians.
 */
export async function meshCpu({ quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const [rounds, calls] = quick ? [3, 2_000] : [9, 10_000];
  const scenes: MeshScene[] = [];
  const pairs = new Map<Variant, Pair>();
  const registrations: InstanceRegistration[] = [];
  try {
    for (const variant of VARIANTS) {
      // Each has a control plane of its own, so that no client finds another's server.
      const scene = await openMeshScene();
      scenes.push(scene);
      if (isFound(variant)) await scene.controlPlane();
      const listening = async (port: number): Promise<void> => {
        const registration = registrationOf(port, scene.folder, scene.discovery);
        registrations.push(registration);
        await registration.registered();
      };
      const pair = await startPair(variant, {
        folder: scene.folder,
        controlPlane: scene.discovery,
        ...(isFound(variant) ? { listening } : {}),
      });
      pairs.set(variant, pair);
      await pair.client.ask({ calls: calls * 2 });
    }
    for (let round = 0; round < rounds; round += 1) for (const pair of pairs.values()) await measurePair(pair, calls);
    const of = (variant: Variant) => median(pairs.get(variant)?.cpuPerCall ?? []);
    const ratio = (metric: string, variant: Variant, base: Variant, goal?: string): Metric => ({
      metric,
      value: of(variant) / of(base),
      unit: 'x',
      baseline: of(base),
      ratio: of(variant) / of(base),
      ...(goal === undefined ? {} : { goal }),
      runs: rounds,
    });
    return [
      ratio('mesh_cpu_ratio', 'mesh-xds', 'bare', '<= 1.25'),
      ratio('mtls_cpu_ratio', 'bare', 'plaintext'),
      ratio('xds_cpu_ratio', 'xds', 'bare'),
      { metric: 'mesh_cpu_us', value: of('mesh-xds'), unit: 'us/call', runs: rounds },
    ];
  } finally {
    await Promise.all(registrations.map((registration) => registration.leave()));
    for (const { client, server } of pairs.values()) await Promise.all([client.stop(), server.stop()]);
    await Promise.all(scenes.map((scene) => scene.close()));
  }
}

function registrationOf(port: number, folder: string, controlPlane: string): InstanceRegistration {
  const certificates = join(folder, CALLEE);
  return new InstanceRegistration({
    controlPlanes: [controlPlane],
    credentials: new WorkloadCredentials(certificates),
    log: createLogger(CALLEE, 'silent'),
    ip: '127.0.0.1',
    port,
    adminPort: 0,
    version: 'bench',
    startedAt: new Date(),
  });
}
