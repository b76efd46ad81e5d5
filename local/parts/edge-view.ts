import { sleep } from '@shopverse/mesh/backoff';

/** Longest wait for the edge, in milliseconds; it asks each service for its health every two seconds. */
const SEEN_WITHIN_MS = 10_000;

/** What of Envoy's `/clusters?format=json` is looked at. */
interface Clusters {
  readonly cluster_statuses?: readonly {
    readonly host_statuses?: readonly {
      readonly address?: { readonly socket_address?: { readonly port_value?: number } };
      readonly health_status?: { readonly failed_active_health_check?: boolean };
    }[];
  }[];
}

/**
 * Waits until the edge, if it runs, sends calls where they are expected: to the service that listens on `port`, or to every service that it has heard of. "Ready" means then that a
 * call through the edge is answered; before, it would be refused for want of a healthy host.
 */
export async function untilEdgeSees(edgeAdmin: number, port?: number): Promise<void> {
  const signal = AbortSignal.timeout(SEEN_WITHIN_MS);
  while (!signal.aborted) {
    const clusters = await fetch(`http://127.0.0.1:${edgeAdmin}/clusters?format=json`, { signal })
      .then(async (response) => (await response.json()) as Clusters)
      .catch(() => undefined);
    if (clusters === undefined || seen(clusters, port)) return;
    await sleep(100, signal);
  }
}

/** Whether the host on `port` is known and answers its health checks, or, without a port, whether all that are known do. */
export function seen({ cluster_statuses = [] }: Clusters, port?: number): boolean {
  const hosts = cluster_statuses.flatMap(({ host_statuses = [] }) => host_statuses);
  const healthy = ({ health_status }: (typeof hosts)[number]) => health_status?.failed_active_health_check !== true;
  if (port === undefined) return hosts.every(healthy);
  return hosts.some((host) => host.address?.socket_address?.port_value === port && healthy(host));
}
