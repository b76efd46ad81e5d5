import { httpFilter, httpFilterType, type Extension, type TypedConfig } from '../envoy.ts';

const message = 'local_ratelimit.v3.LocalRateLimit';

/** Counts against the token bucket of the route, where there is one. */
export const rateLimitFilter: Extension = httpFilter('local_ratelimit', message, { stat_prefix: 'rate_limit' });

const always = { default_value: { numerator: 100, denominator: 'HUNDRED' } };

/** On a route: not counted. */
export const unlimited: TypedConfig = { '@type': 'type.googleapis.com/envoy.config.route.v3.FilterConfig', disabled: true };

/** A token bucket that fills each second (the edge answers 429 with Retry-After: 1), shared by all clients and workers of one edge. */
export const perSecond = (requests: number, statPrefix: string): TypedConfig => ({
  '@type': httpFilterType(message),
  stat_prefix: statPrefix,
  token_bucket: { max_tokens: requests, tokens_per_fill: requests, fill_interval: '1s' },
  filter_enabled: always,
  filter_enforced: always,
  rate_limited_as_resource_exhausted: true,
});
