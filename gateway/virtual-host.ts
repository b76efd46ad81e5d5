import { filterName, type Route } from './envoy.ts';
import { corsPolicy } from './filters/cors.ts';
import { tokenRequired } from './filters/jwt.ts';
import { perSecond } from './filters/rate-limit.ts';
import type { EdgeConfig } from './settings.ts';
import { traceparent } from './tracing.ts';

/** The routes of every host name, and what holds on all of them unless a route says otherwise. */
export const routeConfiguration = (config: EdgeConfig, routes: readonly Route[]) => ({
  name: 'edge',
  response_headers_to_add: [traceparent],
  virtual_hosts: [
    {
      name: 'edge',
      domains: ['*'],
      routes,
      typed_per_filter_config: {
        [filterName('cors')]: corsPolicy(config.EDGE_CORS_ORIGINS),
        [filterName('jwt_authn')]: tokenRequired,
        [filterName('local_ratelimit')]: perSecond(config.EDGE_MAX_REQUESTS_PER_SECOND, 'edge_rate_limit'),
      },
    },
  ],
});
