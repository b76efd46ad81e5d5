import { socketAddress } from './address.ts';
import { connectionManager } from './connection-manager.ts';
import { clientTransport } from './downstream-tls.ts';
import type { EdgeConfig } from './settings.ts';

/** What one connection may keep in memory for bodies; the transcoder's own limits stand above it where it holds a message back. */
const connectionBufferBytes = 64 * 1024;

/** The edge's one door. */
export const listener = (config: EdgeConfig, parts: Parameters<typeof connectionManager>[1], certificateFile: string) => ({
  name: 'edge',
  ...socketAddress(config.EDGE_LISTEN),
  per_connection_buffer_limit_bytes: connectionBufferBytes,
  filter_chains: [
    {
      filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: connectionManager(config, parts) }],
      ...(config.EDGE_TLS !== '' && { transport_socket: clientTransport(certificateFile), transport_socket_connect_timeout: '5s' }),
    },
  ],
});
