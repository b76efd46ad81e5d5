import { filterName, httpFilter, type Extension, type TypedConfig } from '../envoy.ts';
import type { EdgeConfig } from '../settings.ts';

const name = 'adaptive_concurrency';

/**
 * Lets in as many calls at once as keep the median answer about as fast as it is without load (the gradient of the two, measured anew every minute),
 * between two bounds of the settings. It stands last: who is refused by anything else takes no place.
 */
export const concurrencyFilter = ({ EDGE_MIN_CONCURRENT_REQUESTS: min, EDGE_MAX_CONCURRENT_REQUESTS: max }: EdgeConfig): Extension =>
  httpFilter(name, 'adaptive_concurrency.v3.AdaptiveConcurrency', {
    gradient_controller_config: {
      sample_aggregate_percentile: { value: 50 },
      concurrency_limit_params: { max_concurrency_limit: Math.max(min, max), concurrency_update_interval: '0.25s' },
      // While it measures, as many as are let in at all times: fewer would refuse calls of a busy shop once a minute.
      min_rtt_calc_params: { interval: '60s', jitter: { value: 15 }, request_count: 50, min_concurrency: min, buffer: { value: 50 } },
    },
    concurrency_limit_exceeded_status: { code: 'ServiceUnavailable' },
  });

/** On a route: a stream, which may last for minutes, neither counts nor tells how fast the shop is. */
export const uncounted: Readonly<Record<string, TypedConfig>> = {
  [filterName(name)]: { '@type': 'type.googleapis.com/envoy.config.route.v3.FilterConfig', disabled: true },
};
