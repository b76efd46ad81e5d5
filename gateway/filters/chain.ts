import type { EdgeConfig } from '../settings.ts';
import { httpFilter, type Extension } from '../envoy.ts';
import { notesFilter } from './notes.ts';
import { concurrencyFilter } from './concurrency.ts';
import { conditionalFilter } from './conditional.ts';
import { corsFilter } from './cors.ts';
import { jwtFilter } from './jwt.ts';
import { addressLimits, sharedLimits, userLimits } from './rate-limit.ts';
import { answerHeaders } from './answer-headers.ts';
import { rbacFilter } from './rbac.ts';
import { jsonLinesFilter, noteStatusFilter } from './streams.ts';
import { transcoderFilter } from './transcoder.ts';

/** What a request passes, in this order. Up to the transcoder it has the path the client sent, after it the RPC's. */
export function filterChain(
  config: EdgeConfig,
  transcoding: { descriptorFile: string; services: readonly string[] },
): readonly Extension[] {
  return [
    answerHeaders,
    corsFilter,
    jsonLinesFilter,
    conditionalFilter,
    // The transcoder's own limit counts only what it holds back; this one counts what comes.
    httpFilter('body_size_limit', 'body_size_limit.v3.BodySizeLimit', { max_request_bytes: config.EDGE_MAX_BODY_BYTES }),
    httpFilter('grpc_web', 'grpc_web.v3.GrpcWeb'),
    transcoderFilter({ ...transcoding, maxBodyBytes: config.EDGE_MAX_BODY_BYTES, maxAnswerBytes: config.EDGE_MAX_ANSWER_BYTES }),
    noteStatusFilter,
    addressLimits(config),
    jwtFilter({ issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE, jwksUrl: config.EDGE_JWKS_URL }),
    rbacFilter,
    userLimits(config),
    ...(config.EDGE_RATE_LIMIT_SERVICE ? [sharedLimits] : []),
    concurrencyFilter(config),
    httpFilter('grpc_stats', 'grpc_stats.v3.FilterConfig', { stats_for_all_methods: true, enable_upstream_stats: true }),
    notesFilter,
    // Without Envoy's own headers (x-envoy-upstream-service-time and the like) in requests and answers.
    httpFilter('router', 'router.v3.Router', { suppress_envoy_headers: true }),
  ];
}
