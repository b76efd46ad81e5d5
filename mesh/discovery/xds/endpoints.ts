import type { RegisteredInstance } from '../registry.ts';
import type { Policy } from '../policy/policy.ts';

/** Clusters of one service: one of all its instances, or one for each version that gets a share of the calls. */
export interface ClusterShare {
  /** `product`, `product/1.3.0` */
  readonly name: string;
  readonly weight: number;
  readonly instances: readonly RegisteredInstance[];
}

/**
 * How the calls of a service are spread over clusters. With weights, versions that have nobody who serves are left out, so that a canary that fell over
 * takes no calls with it; when that leaves nobody, all instances count alike.
 */
export function clusterShares(service: string, { weights }: Policy, instances: readonly RegisteredInstance[]): ClusterShare[] {
  const shares = Object.entries(weights ?? {})
    .map(([version, weight]): ClusterShare => ({
      name: `${service}/${version}`,
      weight,
      instances: instances.filter((instance) => instance.version === version),
    })) // prettier-ignore
    .filter((share) => share.weight > 0 && share.instances.some(({ serving }) => serving));
  return shares.length === 0 ? [{ name: service, weight: 1, instances }] : shares;
}

/** An instance with its part of the traffic, for proxies that weigh endpoints themselves. */
export interface WeighedInstance {
  readonly instance: RegisteredInstance;
  /** From 1 to 10000. */
  readonly weight: number;
}

const SCALE = 10_000;

/** All instances of a service in one list, weighed so that each version gets its share; what gets none is not in it. */
export function weighedInstances(shares: readonly ClusterShare[]): WeighedInstance[] {
  const perInstance = shares.map(({ weight, instances }) => weight / Math.max(1, instances.filter(({ serving }) => serving).length));
  const heaviest = Math.max(...perInstance, Number.MIN_VALUE);
  return shares.flatMap(({ instances }, index) => {
    const weight = Math.max(1, Math.round(((perInstance[index] ?? 0) / heaviest) * SCALE));
    return instances.map((instance) => ({ instance, weight: shares.length === 1 ? 1 : weight }));
  });
}
