import { filterName, overwrite, type Route } from './envoy.ts';
import { corsPolicy } from './filters/cors.ts';
import { tokenRequired } from './filters/jwt.ts';
import type { EdgeConfig } from './settings.ts';
import { traceIdHeader, traceparent } from './tracing.ts';

/**
 * Unless a route says otherwise: nobody keeps an answer, takes it for something else than it says it is, or shows it as a page with anything in
 * it.
 */
const forBrowsers = Object.entries({
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}).map(([key, value]) => ({ header: { key, value }, append_action: 'ADD_IF_ABSENT' }));

/** RFC 6797: a browser that came by TLS once comes by nothing else for a year. */
const onlyTls = overwrite('strict-transport-security', 'max-age=31536000');

/** The routes of every host name, and what holds on all of them unless a route says otherwise. */
export const routeConfiguration = (config: EdgeConfig, routes: readonly Route[]) => ({
  name: 'edge',
  // Answers from memory: the largest is the reference page's script.
  max_direct_response_body_size_bytes: 4 * 1024 * 1024,
  // The client's address as the trusted proxies, or its own connection, tell it: what the client itself claims is overwritten.
  request_headers_to_add: [overwrite('x-forwarded-for', '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%')],
  response_headers_to_add: [
    traceparent(config),
    overwrite(traceIdHeader, '%TRACE_ID%'),
    ...forBrowsers,
    ...(config.EDGE_TLS === '' ? [] : [onlyTls]),
  ],
  virtual_hosts: [
    {
      name: 'edge',
      domains: ['*'],
      routes,
      typed_per_filter_config: {
        [filterName('cors')]: corsPolicy(config.EDGE_CORS_ORIGINS),
        [filterName('jwt_authn')]: tokenRequired,
      },
    },
  ],
});
