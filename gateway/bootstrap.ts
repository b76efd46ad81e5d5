import { join } from 'node:path';
import { socketAddress } from './address.ts';
import { clusters, discoveryCluster } from './clusters.ts';
import { ContractError } from './contract/contract-error.ts';
import type { Descriptors } from './contract/descriptors.ts';
import { refuseMaps } from './contract/maps.ts';
import { listMethods, type Method } from './contract/methods.ts';
import { withoutInternalMethods } from './contract/public-descriptors.ts';
import { publicCertificate } from './downstream-tls.ts';
import type { Route } from './envoy.ts';
import type { Files } from './files.ts';
import { filterChain } from './filters/chain.ts';
import { listener } from './listener.ts';
import { localReplies } from './local-replies.ts';
import { metricLabels } from './metrics.ts';
import { overloadManager } from './overload.ts';
import { assetRoutes, type AssetFile } from './reference/asset-routes.ts';
import type { Asset } from './reference/assets.ts';
import { deriveRoutes } from './routes.ts';
import type { EdgeConfig } from './settings.ts';
import { secrets } from './upstream-tls.ts';

/** Everything Envoy reads, by the file it goes to. `reference`: what it serves of the API reference. Throws ContractError when contracts and settings do not fit. */
export function edgeFiles(
  config: EdgeConfig,
  descriptors: Descriptors,
  files: Files,
  reference: readonly Asset[] = [],
): ReadonlyMap<string, string | Uint8Array> {
  const methods = listMethods(descriptors.registry);
  refuseMaps(descriptors.registry, methods);
  checkUpstreams(methods, config);
  const { certificate, authorities } = secrets(config.EDGE_CERTIFICATES);
  const assetFile: AssetFile = ({ path }, form) => join(files.reference, `${path.replaceAll('/', '_')}.${form}`);
  return new Map<string, string | Uint8Array>([
    [files.descriptors, withoutInternalMethods(descriptors.set, methods)],
    [files.certificate, json(certificate)],
    [files.authorities, json(authorities)],
    ...(config.EDGE_TLS === '' ? [] : ([[files.publicCertificate, json(publicCertificate(config.EDGE_TLS))]] as const)),
    ...reference.flatMap((asset): [string, Uint8Array][] => [
      [assetFile(asset, 'plain'), asset.plain],
      [assetFile(asset, 'gzip'), asset.gzipped],
    ]),
    [files.bootstrap, json(bootstrap(config, descriptors, methods, files, assetRoutes(reference, assetFile)))],
  ]);
}

function bootstrap(config: EdgeConfig, { registry }: Descriptors, methods: readonly Method[], files: Files, reference: readonly Route[]) {
  const timeouts = { readMs: config.EDGE_READ_TIMEOUT_MS, writeMs: config.EDGE_WRITE_TIMEOUT_MS, streamMs: config.EDGE_STREAM_TIMEOUT_MS };
  const parts = {
    filters: filterChain(config, { descriptorFile: files.descriptors, services: publicServices(methods) }),
    routes: [...reference, ...deriveRoutes(methods, timeouts)],
    localReplies: localReplies(
      registry,
      methods.flatMap(({ rest }) => rest),
    ),
  };
  return {
    node: { id: 'edge', cluster: 'edge' },
    admin: socketAddress(config.EDGE_ADMIN_LISTEN),
    overload_manager: overloadManager(config),
    stats_config: metricLabels,
    static_resources: {
      listeners: [listener(config, parts, files.publicCertificate)],
      clusters: clusters(config, upstreamsOf(methods), files),
    },
    ...(config.EDGE_DISCOVERY.length > 0 && { dynamic_resources: { ads_config: discovery } }),
  };
}

/** Services with at least one method that is not internal. */
export const publicServices = (methods: readonly Method[]): string[] => [
  ...new Set(methods.filter((method) => method.access.level !== 'INTERNAL').map((method) => method.service)),
];

/** Who is told by whom: one stream (ADS) for all that the control plane has to say. */
const discovery = {
  api_type: 'GRPC',
  transport_api_version: 'V3',
  set_node_on_first_message_only: true,
  grpc_services: [{ envoy_grpc: { cluster_name: discoveryCluster } }],
};

/** Upstreams of the public methods. */
const upstreamsOf = (methods: readonly Method[]): string[] => [
  ...new Set(methods.filter((method) => method.access.level !== 'INTERNAL').map((method) => method.upstream)),
];

function checkUpstreams(methods: readonly Method[], { EDGE_UPSTREAMS: upstreams, EDGE_DISCOVERY }: EdgeConfig): void {
  const wanted = new Set(upstreamsOf(methods));
  const missing = EDGE_DISCOVERY.length > 0 ? [] : [...wanted].filter((name) => !upstreams.has(name));
  if (missing.length > 0)
    throw new ContractError(
      `EDGE_UPSTREAMS does not say where ${missing.join(', ')} can be reached; add ${missing[0]}=host:port, or set EDGE_DISCOVERY.`,
    );
  const unknown = [...upstreams.keys()].filter((name) => !wanted.has(name));
  if (unknown.length > 0)
    throw new ContractError(
      `EDGE_UPSTREAMS names ${unknown.join(', ')}, which no public method belongs to; there are ${[...wanted].join(', ')}.`,
    );
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
