import { createRequire } from 'node:module';
import type * as GrpcJsXds from '@grpc/grpc-js-xds';
import { ConfigError } from '../../config/read.ts';
import { behindBudget, registerBudgetResolver } from './budget-resolver.ts';
import { openTunnel, type Tunnel, type TunnelOptions } from './tunnel.ts';

/** Makes `xds:` targets work in this process. One for all channels: grpc-js-xds has one client a process. */
export class XdsTargets {
  readonly #options: TunnelOptions & { readonly node: string };
  #tunnel: Tunnel | undefined;
  #ready = false;

  constructor(options: TunnelOptions & { readonly node: string }) {
    this.#options = options;
  }

  /**
   * What a channel takes for `target`: itself, unless it is an `xds:` target, for which the xDS client is loaded (50 MB and the better part of a second, so only
   * where somebody asks for it).
   *
   * @throws ConfigError when nothing says where the control plane is
   */
  channelTarget(target: string): string {
    if (!target.startsWith('xds:')) return target;
    if (!this.#ready) this.#prepare();
    return behindBudget(target);
  }

  close(): void {
    this.#tunnel?.close();
  }

  #prepare(): void {
    const { env } = process;
    // A bootstrap of somebody else's (Istio's, Traffic Director's) leads to another control plane.
    if (!env['GRPC_XDS_BOOTSTRAP'] && !env['GRPC_XDS_BOOTSTRAP_CONFIG']) {
      if (this.#options.controlPlanes.length === 0)
        throw new ConfigError(
          'MESH_TARGET is an xds: target, so MESH_DISCOVERY or GRPC_XDS_BOOTSTRAP must say where the control plane is.',
        );
      this.#tunnel = openTunnel(this.#options);
      // Nowhere else does the library look for it.
      env['GRPC_XDS_BOOTSTRAP_CONFIG'] = JSON.stringify(bootstrap(this.#tunnel.target, this.#options.node));
    }
    // Loaded when it is known to be needed, and by require, as a client is made without waiting.
    const xds = createRequire(import.meta.url)('@grpc/grpc-js-xds') as typeof GrpcJsXds;
    xds.register();
    registerBudgetResolver();
    this.#ready = true;
  }
}

function bootstrap(target: string, node: string): object {
  return {
    xds_servers: [{ server_uri: target, channel_creds: [{ type: 'insecure' }], server_features: ['xds_v3'] }],
    // The library insists on a locality.
    node: { id: node, cluster: 'shopverse', locality: { zone: 'shopverse' } },
  };
}
