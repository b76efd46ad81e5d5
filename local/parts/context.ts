import type { CertificateAuthority } from '@shopverse/mesh/identity/authority';
import type { Home, Secrets } from '../home.ts';
import type { Ports } from '../ports.ts';
import type { StackConfig } from '../settings.ts';

/** What parts are made from. */
export interface StackContext {
  readonly config: StackConfig;
  readonly home: Home;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly authority: CertificateAuthority;
  /** Parts of this stack; a part that isn't there is a server of somebody's own. */
  readonly addresses: Addresses;
}

/** Where the stores are, whether parts of the stack or servers of somebody's own. */
export interface Addresses {
  /** `postgres://role:password@host:port/role` of a core service. */
  readonly database: (service: string) => string;
  readonly kafkaBrokers: string;
  /** `mongodb://host:port/service` */
  readonly mongodb: (service: string) => string;
  readonly clickhouse: string;
  readonly smtp: string;
  readonly mailPage: string;
  /** Jaeger's query API; undefined when there is none. */
  readonly jaeger: string | undefined;
  /** OTLP over gRPC as http://host:port; undefined when spans go nowhere. */
  readonly otlp: string | undefined;
  readonly edge: string;
  readonly sandbox: string;
}
