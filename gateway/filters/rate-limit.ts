import type { Pace } from '../contract/methods.ts';
import { filterName, httpFilterType, type Extension, type TypedConfig } from '../envoy.ts';
import type { EdgeConfig } from '../settings.ts';
import { claims } from './jwt.ts';

const message = 'local_ratelimit.v3.LocalRateLimit';
const always = { default_value: { numerator: 100, denominator: 'HUNDRED' } };

/** Whose calls are counted: a client address before anything is known of the caller, a user once the token is verified. */
type Whose = 'address' | 'user';

const sharedFilter = filterName('ratelimit');
const filterOf: Readonly<Record<Whose, string>> = { address: filterName('local_ratelimit'), user: filterName('local_ratelimit_of_users') };

/** On a route (`metadata`): the class of its calls, for the filters below. */
export const countedAs = (pace: Pace) => ({ filter_metadata: { [paceOf.key]: { pace } } });

const paceOf = { key: 'shopverse.rate_limit', path: [{ key: 'pace' }] };
const itsPace = { metadata: { descriptor_key: 'pace', metadata_key: paceOf, source: 'ROUTE_ENTRY' } };

/** What a call is counted by, beside its class. An IPv6 client has a whole /64 to call from; without a user there is nothing to count by. */
const counted: Readonly<Record<Whose, { key: string; action: object }>> = {
  address: { key: 'masked_remote_address', action: { masked_remote_address: { v4_prefix_mask_len: 32, v6_prefix_mask_len: 64 } } },
  user: {
    key: 'user',
    action: {
      metadata: {
        descriptor_key: 'user',
        metadata_key: { key: claims.filter, path: [{ key: claims.key }, { key: 'sub' }] },
        source: 'DYNAMIC',
      },
    },
  },
};
const by = (whose: Whose) => ({ actions: [itsPace, counted[whose].action] });

/** As many at once, filled again evenly over a minute. */
const perMinute = (calls: number) => ({ max_tokens: calls, tokens_per_fill: calls, fill_interval: '60s' });

function limits(whose: Whose, config: EdgeConfig, paces: Readonly<Partial<Record<Pace, number>>>, all?: object): Extension {
  return {
    name: filterOf[whose],
    typed_config: {
      '@type': httpFilterType(message),
      stat_prefix: `rate_limit_of_${whose}`,
      rate_limits: [by(whose)],
      ...(all === undefined ? { always_consume_default_token_bucket: false } : { token_bucket: all }),
      // An entry without a value stands for every value: each address, or user, has a bucket of its own, the latest of them remembered.
      descriptors: Object.entries(paces).map(([pace, calls]) => ({
        entries: [{ key: 'pace', value: pace }, { key: counted[whose].key }],
        token_bucket: perMinute(calls),
      })),
      max_dynamic_descriptors: config.EDGE_LIMITED_CLIENTS,
      filter_enabled: always,
      filter_enforced: always,
      rate_limited_as_resource_exhausted: true,
      enable_x_ratelimit_headers: 'DRAFT_VERSION_03',
    },
  };
}

/** Counts against the bucket of all clients together, which every request draws on, and the one of the client's address. */
export const addressLimits = (config: EdgeConfig): Extension =>
  limits(
    'address',
    config,
    {
      READ: config.EDGE_ADDRESS_READS_PER_MINUTE,
      WRITE: config.EDGE_ADDRESS_WRITES_PER_MINUTE,
      CREDENTIALS: config.EDGE_ADDRESS_CREDENTIALS_PER_MINUTE,
    },
    { max_tokens: config.EDGE_MAX_REQUESTS_PER_SECOND, tokens_per_fill: config.EDGE_MAX_REQUESTS_PER_SECOND, fill_interval: '1s' },
  );

/** Counts against the bucket of the signed-in user, wherever they call from. */
export const userLimits = (config: EdgeConfig): Extension =>
  limits('user', config, { READ: config.EDGE_USER_READS_PER_MINUTE, WRITE: config.EDGE_USER_WRITES_PER_MINUTE });

/** Cluster of the service that counts for several edges. */
export const rateLimitCluster = 'ratelimit';

/**
 * Asks the rate limit service (envoy.service.ratelimit.v3), which counts for all edges, domain `shopverse`. Away or slow, it is done without: each
 * edge's own limits hold all the same.
 */
export const sharedLimits: Extension = {
  name: sharedFilter,
  typed_config: {
    '@type': httpFilterType('ratelimit.v3.RateLimit'),
    domain: 'shopverse',
    rate_limits: [by('address'), by('user')],
    timeout: '0.05s',
    failure_mode_deny: false,
    rate_limited_as_resource_exhausted: true,
    enable_x_ratelimit_headers: 'DRAFT_VERSION_03',
    rate_limit_service: { transport_api_version: 'V3', grpc_service: { envoy_grpc: { cluster_name: rateLimitCluster } } },
  },
};

const disabled: TypedConfig = { '@type': 'type.googleapis.com/envoy.config.route.v3.FilterConfig', disabled: true };

/** On a route: not counted at all. */
export const unlimited: Readonly<Record<string, TypedConfig>> = Object.fromEntries(
  [filterOf.address, filterOf.user, sharedFilter].map((name) => [name, disabled]),
);
