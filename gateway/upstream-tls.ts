import { authoritiesSecret, certificateSecret, fromFile, tlsType } from './tls-secrets.ts';

/**
 * Mutual TLS 1.3 with one service of the mesh: the edge shows its own identity and takes no peer but `spiffe://shopverse/<service>`.
 * Both bounds of the version are said, as Envoy's upper one is 1.2 for clients.
 */
export const meshTransport = (service: string, files: { certificate: string; authorities: string }) => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': tlsType('UpstreamTlsContext'),
    sni: service,
    common_tls_context: {
      tls_params: { tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_3' },
      alpn_protocols: ['h2'],
      tls_certificate_sds_secret_configs: [fromFile(certificateName, files.certificate)],
      combined_validation_context: {
        default_validation_context: {
          match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: `spiffe://shopverse/${service}` } }],
        },
        validation_context_sds_secret_config: fromFile(authoritiesName, files.authorities),
      },
    },
  },
});

const certificateName = 'edge_certificate';
const authoritiesName = 'mesh_authorities';

/** The secrets behind `meshTransport`. */
export const secrets = (folder: string) => ({
  certificate: certificateSecret(certificateName, folder),
  authorities: authoritiesSecret(authoritiesName, folder),
});
