import { createHash } from 'node:crypto';
import type { Policy } from '../policy/policy.ts';
import type { RegisteredInstance } from '../registry.ts';
import { clusterShares, weighedInstances, type ClusterShare } from './endpoints.ts';
import { pack, type Any } from './messages.ts';
import { cluster, endpoints, endpointsOf, listener, routes } from './resources.ts';
import { TYPE_URLS, type TypeUrl } from './type-url.ts';

/** A resource as it goes out, and the hash of its content. */
export interface Resource {
  readonly any: Any;
  readonly hash: string;
}

/** What the mesh is made of at one moment. */
export interface MeshState {
  readonly instances: readonly RegisteredInstance[];
  /** Services that have a policy; they are known, whether or not an instance is there. */
  readonly services: readonly string[];
  readonly policyOf: (service: string) => Policy;
}

const SERVICE_NAME = /^[a-z][a-z0-9-]{0,62}$/;

/**
 * All resources of one moment. Each is made when somebody asks for it, and once. Names: a service's (`product`), and, for clusters and endpoints,
 * `product/1.3.0` for one of its versions. The endpoints of the whole service are weighed, for proxies.
 */
export class Snapshot {
  readonly #state: MeshState;
  readonly #byService: ReadonlyMap<string, readonly RegisteredInstance[]>;
  readonly #made = new Map<string, Resource | undefined>();

  constructor(state: MeshState) {
    this.#state = state;
    this.#byService = Map.groupBy(state.instances, ({ service }) => service);
  }

  /** Every name there is of a type, for who asks for all. */
  names(type: TypeUrl): string[] {
    const services = [...new Set([...this.#byService.keys(), ...this.#state.services])].toSorted();
    if (type === TYPE_URLS.listener || type === TYPE_URLS.routes) return services;
    return services.flatMap((service) => [...new Set([service, ...this.#shares(service).map(({ name }) => name)])]);
  }

  /** The resource of a name; undefined when there is none. */
  get(type: TypeUrl, name: string): Resource | undefined {
    const key = `${type} ${name}`;
    if (this.#made.has(key)) return this.#made.get(key);
    const message = this.#message(type, name);
    let resource: Resource | undefined;
    if (message !== undefined) {
      const any = pack(type, message);
      resource = { any, hash: createHash('sha256').update(any.value).digest('base64url').slice(0, 16) };
    }
    this.#made.set(key, resource);
    return resource;
  }

  #message(type: TypeUrl, name: string): object | undefined {
    const [service = '', version] = name.split('/');
    if (!SERVICE_NAME.test(service)) return undefined;
    const shares = this.#shares(service);
    const policy = this.#state.policyOf(service);
    switch (type) {
      case TYPE_URLS.listener:
        return listener(name);
      case TYPE_URLS.routes:
        return routes(service, policy, shares);
      case TYPE_URLS.cluster:
        return cluster(name, policy);
      case TYPE_URLS.endpoints:
        return version === undefined ? endpoints(name, weighedInstances(shares)) : endpointsOf(this.#share(service, version));
      default:
        return undefined;
    }
  }

  #shares(service: string): ClusterShare[] {
    return clusterShares(service, this.#state.policyOf(service), this.#byService.get(service) ?? []);
  }

  #share(service: string, version: string): ClusterShare {
    const instances = (this.#byService.get(service) ?? []).filter((instance) => instance.version === version);
    return { name: `${service}/${version}`, weight: 1, instances };
  }
}
