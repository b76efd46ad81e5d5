import { durationMs, list, listenAddress, requiredText, text, integer } from '../config/kinds.ts';
import { telemetrySettings } from '../telemetry/settings.ts';

/** Settings of every service process; a service adds its own in its config.ts. */
export const commonSettings = {
  ...telemetrySettings,
  RPC_LISTEN: listenAddress('127.0.0.1:50051', 'Where the gRPC server listens (mutual TLS)'),
  RPC_MAX_CONCURRENT_CALLS: integer(
    256,
    'Calls handled at the same time; more are refused at once as RESOURCE_EXHAUSTED, with the time to come again',
    {
      min: 1,
      max: 100_000,
      unit: 'calls',
    },
  ),
  ADMIN_LISTEN: listenAddress('127.0.0.1:9464', 'Where the admin server listens: /healthz /readyz /metrics /info'),
  MESH_TARGET: text(
    'dns:///{service}:50051',
    'gRPC target of a peer, with {service} for its name: xds:///{service} by the control plane, dns:///…, or an address; MESH_TARGET_<PEER> overrides it for one peer',
  ),
  MESH_DISCOVERY: list(
    '',
    'host:port of every replica of the control plane; empty: nobody registers, and xds: targets need GRPC_XDS_BOOTSTRAP',
  ),
  MESH_ADVERTISE: text('', 'IP address by which others reach this instance; empty: the one it listens on, or the first of the machine'),
  MESH_VERSION: text('', "Version this instance is registered as, for canaries; empty: the project's"),
  MESH_CERTIFICATES: requiredText('Folder with tls.crt, tls.key and ca.crt of this workload'),
  KAFKA_BROKERS: list('127.0.0.1:9092', 'Kafka brokers, host:port, comma-separated'),
  KAFKA_TOPIC_PARTITIONS: integer(3, 'Partitions of a topic that is made here', { min: 1, max: 1000, unit: 'partitions' }),
  KAFKA_REPLICATION_FACTOR: integer(1, 'Replicas of a topic that is made here', { min: 1, max: 10, unit: 'replicas' }),
  KAFKA_TOPIC_RETENTION_HOURS: integer(168, 'How long a topic that is made here keeps its events for consumers', {
    min: 1,
    max: 720,
    unit: 'h',
  }),
  REVOKED_SESSIONS_REFRESH_MS: durationMs(
    15_000,
    'How often it is asked which sessions were ended; their tokens are refused from then on',
    {
      min: 100,
      max: 60_000,
    },
  ),
  SHUTDOWN_TIMEOUT_MS: durationMs(10_000, 'Longest time from SIGTERM to the end of the process'),
};

/** The target of `peer`: its own setting, else the template. */
export function targetOf(peer: string, template: string, environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment[`MESH_TARGET_${peer.toUpperCase().replaceAll('-', '_')}`];
  return own !== undefined && own !== '' ? own : template.replaceAll('{service}', peer);
}
