import { certificateSecret, fromFile, tlsType } from './tls-secrets.ts';

const name = 'public_certificate';

/** TLS with clients, 1.2 at least (RFC 9325); HTTP/2 for those that offer it, gRPC among them. */
export const clientTransport = (certificateFile: string) => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': tlsType('DownstreamTlsContext'),
    common_tls_context: {
      tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
      alpn_protocols: ['h2', 'http/1.1'],
      tls_certificate_sds_secret_configs: [fromFile(name, certificateFile)],
    },
  },
});

/** The secret behind `clientTransport`. */
export const publicCertificate = (folder: string) => certificateSecret(name, folder);
