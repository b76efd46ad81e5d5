import { filterName, httpFilter, httpFilterType, type Extension, type TypedConfig } from '../envoy.ts';
import { identityHeaders } from '../identity-headers.ts';

/** Dynamic metadata under which the verified claims lie, for roles and the access log. */
export const claims = { filter: filterName('jwt_authn'), key: 'claims' } as const;

/** Cluster that serves the public keys. */
export const jwksCluster = 'jwks';

/**
 * How long the keys are kept. Envoy fetches none for a key id it does not know, so whoever signs must have shown a key for at least this
 * long before signing with it.
 */
const keysKeptSeconds = 30;

/** How far the clocks of the auth service and the edge may be apart. */
const clockSkewSeconds = 5;

/** Verified tokens a worker remembers, each until it expires: a verification costs more CPU than the rest of the request's checks. */
const rememberedTokens = 10_000;

const required = 'required';
const optional = 'optional';

/** Verifies access tokens of the Authorization header (RFC 6750) with the auth service's keys, and hands their claims on. */
export function jwtFilter(options: { issuer: string; audience: string; jwksUrl: URL }): Extension {
  return httpFilter('jwt_authn', 'jwt_authn.v3.JwtAuthentication', {
    bypass_cors_preflight: true,
    providers: {
      auth: {
        issuer: options.issuer,
        audiences: [options.audience],
        require_expiration: true,
        clock_skew_seconds: clockSkewSeconds,
        remote_jwks: {
          http_uri: { uri: options.jwksUrl.href, cluster: jwksCluster, timeout: '2s' },
          cache_duration: `${keysKeptSeconds}s`,
          async_fetch: { failed_refetch_duration: '1s' },
          retry_policy: { num_retries: 2, retry_back_off: { base_interval: '0.1s', max_interval: '1s' } },
        },
        // Said explicitly, or Envoy would take a token from the query (?access_token=) too, where it ends in logs and histories.
        from_headers: [{ name: 'authorization', value_prefix: 'Bearer ' }],
        forward: false,
        payload_in_metadata: claims.key,
        claim_to_headers: Object.entries(identityHeaders).map(([header_name, claim_name]) => ({ header_name, claim_name })),
        jwt_cache_config: { jwt_cache_size: rememberedTokens },
      },
    },
    requirement_map: {
      [required]: { provider_name: 'auth' },
      // A missing token is fine, a bad one is not: who believes to be signed in must learn that they are not.
      [optional]: { requires_any: { requirements: [{ provider_name: 'auth' }, { allow_missing: {} }] } },
    },
  });
}

const requirement = (name: string): TypedConfig => ({ '@type': httpFilterType('jwt_authn.v3.PerRouteConfig'), requirement_name: name });

/** On a route: no call without a valid token. */
export const tokenRequired = requirement(required);

/** On a route: a valid token or none. */
export const tokenOptional = requirement(optional);

/** On a route: tokens are not looked at. */
export const tokenIgnored: TypedConfig = { '@type': httpFilterType('jwt_authn.v3.PerRouteConfig'), disabled: true };
