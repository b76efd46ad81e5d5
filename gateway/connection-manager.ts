import { accessLog } from './access-log.ts';
import type { Extension, Route } from './envoy.ts';
import { stripInternalHeaders } from './identity-headers.ts';
import type { EdgeConfig } from './settings.ts';
import { tracing } from './tracing.ts';
import { routeConfiguration } from './virtual-host.ts';

/** HTTP/1.1 and HTTP/2 (also without TLS, by prior knowledge) from strangers: everything they may do has a limit. */
export function connectionManager(
  config: EdgeConfig,
  parts: { filters: readonly Extension[]; routes: readonly Route[]; localReplies: object },
) {
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'edge',
    codec_type: 'AUTO',
    server_name: 'shopverse',
    use_remote_address: true,
    xff_num_trusted_hops: config.EDGE_TRUSTED_PROXIES,
    // One spelling of a path, before anything decides by it.
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: 'REJECT_REQUEST',
    generate_request_id: true,
    always_set_request_id_in_response: true,
    early_header_mutation_extensions: [stripInternalHeaders(config)],
    // A client that sends or reads slowly is cut: headers, whole request, silence.
    request_headers_timeout: '5s',
    request_timeout: '30s',
    stream_idle_timeout: '60s',
    drain_timeout: '5s',
    max_request_headers_kb: config.EDGE_MAX_HEADER_KIB,
    common_http_protocol_options: {
      idle_timeout: '300s',
      max_headers_count: 100,
      // x_user_id and x-user-id are one header to many a server behind.
      headers_with_underscores_action: 'REJECT_REQUEST',
    },
    http2_protocol_options: {
      max_concurrent_streams: 100,
      initial_stream_window_size: 64 * 1024,
      initial_connection_window_size: 1024 * 1024,
    },
    tracing: tracing(config),
    access_log: [accessLog(config.EDGE_ACCESS_LOG)],
    local_reply_config: parts.localReplies,
    http_filters: parts.filters,
    route_config: routeConfiguration(config, parts.routes),
  };
}
