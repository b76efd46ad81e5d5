import { join } from 'node:path';
import { durationMs, integer, list, oneOf, requiredText, text } from '@shopverse/mesh/config/kinds';
import type { Config } from '@shopverse/mesh/config/read';
import { z } from 'zod';
import { isLoopback, parseAddress } from './address.ts';
import { parseUpstreams } from './upstreams.ts';

const address = z.string('is required').transform((value, context) => {
  const parsed = parseAddress(value);
  if (parsed === undefined) context.addIssue({ code: 'custom', message: 'must be host:port, for example 127.0.0.1:8080' });
  return parsed ?? z.NEVER;
});

const perMinute = (calls: number, description: string) =>
  integer(calls, `${description}; more are refused with 429`, { min: 1, max: 10_000_000, unit: 'calls/min' });

/** Every setting of the edge. */
export const settings = {
  EDGE_LISTEN: address.prefault('127.0.0.1:8080').meta({ description: 'Where clients reach the edge' }),
  EDGE_TLS: text(
    '',
    'Folder with tls.crt and tls.key of the name that clients call, swapped atomically by a ..data link; without TLS, for a proxy that ends it, when empty',
  ),
  EDGE_ADMIN_LISTEN: address
    .refine(isLoopback, 'must be a loopback address such as 127.0.0.1:9901')
    .prefault('127.0.0.1:9901')
    .meta({ description: "Envoy's admin interface; it can do anything, so only this machine may reach it" }),
  EDGE_CERTIFICATES: requiredText(
    "Folder with tls.crt, tls.key and ca.crt of the edge's workload identity, swapped atomically by a ..data link",
  ),
  EDGE_UPSTREAMS: z
    .string()
    .transform((value, context) => {
      const parsed = parseUpstreams(value);
      if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
      return 'problem' in parsed ? z.NEVER : parsed.upstreams;
    })
    .prefault('')
    .meta({
      description:
        'Where the services are: auth=127.0.0.1:50061,order=order-1:50051|order-2:50051; with EDGE_DISCOVERY, only those that it does not know',
    }),
  EDGE_DISCOVERY: z.string().transform((value, context) => {
    const addresses = value.split(',').map((part) => part.trim()).filter(Boolean).map(parseAddress);
    if (addresses.includes(undefined)) context.addIssue({ code: 'custom', message: 'must be host:port, several separated by commas' });
    return addresses.filter((one) => one !== undefined);
  }).prefault('').meta({ description: "host:port of every replica of the mesh's control plane, which tells where the services are" }), // prettier-ignore
  EDGE_JWKS_URL: z.string('is required')
    .refine((value) => URL.canParse(value) && new URL(value).protocol === 'http:', 'must be an http:// URL')
    .transform((value) => new URL(value))
    .meta({ description: "The auth service's public keys, for example http://127.0.0.1:9464/.well-known/jwks.json" }), // prettier-ignore
  AUTH_ISSUER: text('https://shopverse.local', 'Issuer (iss) of the access tokens that are believed'),
  AUTH_AUDIENCE: text('shopverse', 'Audience (aud) an access token must name'),
  EDGE_OTLP: address.optional().meta({ description: 'host:port of an OTLP/gRPC collector; spans are reported to nobody when absent' }),
  EDGE_TRACE_SAMPLING: z.coerce.number('must be a number from 0 to 100').min(0).max(100).default(100)
    .meta({ description: 'Share of the requests that are traced', unit: 'percent' }), // prettier-ignore
  EDGE_TRACE_CONTEXT: oneOf(
    ['continue', 'restart'],
    'continue',
    "What becomes of a caller's traceparent: its trace is continued, sampling included, or a new one begun, so that strangers cannot choose what is recorded",
  ),
  EDGE_ACCESS_LOG: text('/dev/stdout', 'File of the JSON access log'),
  EDGE_CORS_ORIGINS: list('', 'Origins whose pages may call the edge from a browser, for example https://shop.example; none when empty'),
  EDGE_TRUSTED_PROXIES: integer(0, "Proxies of one's own before the edge, each of which adds to x-forwarded-for", { max: 10 }),
  EDGE_MAX_BODY_BYTES: integer(1024 * 1024, 'Largest request body', { min: 1024, max: 64 * 1024 * 1024, unit: 'bytes' }),
  EDGE_MAX_ANSWER_BYTES: integer(4 * 1024 * 1024, 'Largest answer that is turned into JSON', {
    min: 1024,
    max: 64 * 1024 * 1024,
    unit: 'bytes',
  }),
  EDGE_MAX_HEADER_KIB: integer(32, 'Largest set of request headers', { min: 8, max: 96, unit: 'KiB' }),
  EDGE_MAX_CONNECTIONS: integer(10_000, 'Connections of clients at one time', { min: 1 }),
  EDGE_MAX_REQUESTS_PER_SECOND: integer(5_000, 'Requests the whole edge takes; more are refused with 429', {
    min: 1,
    max: 10_000_000,
    unit: 'requests/s',
  }),
  EDGE_ADDRESS_READS_PER_MINUTE: perMinute(3_000, 'Calls of methods without side effects from one client address'),
  EDGE_ADDRESS_WRITES_PER_MINUTE: perMinute(600, 'Calls of other methods from one client address'),
  EDGE_ADDRESS_CREDENTIALS_PER_MINUTE: perMinute(20, 'Log-ins, registrations and tries of passwords from one client address'),
  EDGE_USER_READS_PER_MINUTE: perMinute(1_200, 'Calls of methods without side effects by one signed-in user'),
  EDGE_USER_WRITES_PER_MINUTE: perMinute(240, 'Calls of other methods by one signed-in user'),
  EDGE_RATE_LIMIT_SERVICE: address.optional().meta({
    description:
      "host:port of a service (envoy.service.ratelimit.v3) that counts for several edges; it shows the mesh's workload certificate of `ratelimit`. Each edge counts for itself alone when absent",
  }),
  EDGE_LIMITED_CLIENTS: integer(
    20_000,
    'Addresses, and users, whose calls are counted at one time; the one unseen for longest is forgotten first',
    {
      min: 100,
      max: 1_000_000,
    },
  ),
  EDGE_MAX_UPSTREAM_REQUESTS: integer(1_024, 'Requests in flight to one service; more are refused at once', { min: 1, max: 1_000_000 }),
  EDGE_MAX_CONCURRENT_REQUESTS: integer(1_024, 'Most calls under way at one time, streams aside, however fast the answers come', {
    min: 1,
    max: 1_000_000,
  }),
  EDGE_MIN_CONCURRENT_REQUESTS: integer(
    200,
    'Calls under way that are let in at all times; above it as many as keep the answers about as fast as they are without load',
    { min: 1, max: 1_000_000 },
  ),
  EDGE_MAX_HEAP_BYTES: integer(512 * 1024 * 1024, "Envoy's heap; near it requests are refused rather than the process lost", {
    min: 64 * 1024 * 1024,
    unit: 'bytes',
  }),
  EDGE_READ_TIMEOUT_MS: durationMs(5_000, 'Deadline of a method without side effects, when the client asks for no shorter one', {
    min: 100,
  }),
  EDGE_WRITE_TIMEOUT_MS: durationMs(15_000, 'Deadline of any other method, when the client asks for no shorter one', { min: 100 }),
  EDGE_STREAM_TIMEOUT_MS: durationMs(15 * 60_000, 'Longest life of a stream', { min: 1_000 }),
  EDGE_DESCRIPTORS: text(join(import.meta.dirname, '../proto/gen/descriptors.binpb'), 'Descriptor set of the contracts, imports included'),
  EDGE_OPENAPI: text(
    join(import.meta.dirname, '../proto/gen/openapi.json'),
    'OpenAPI document of the contracts, served at /openapi.json and shown at /docs; neither when empty',
  ),
};

/** The edge's settings, validated. */
export type EdgeConfig = Config<typeof settings>;
