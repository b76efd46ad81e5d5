import { join } from 'node:path';

const tls = (message: string): string => `type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.${message}`;

/**
 * Mutual TLS 1.3 with one service of the mesh: the edge shows its own identity and takes no peer but `spiffe://shopverse/<service>`.
 * Both bounds of the version are said, as Envoy's upper one is 1.2 for clients.
 */
export const meshTransport = (service: string, files: { certificate: string; authorities: string }) => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: {
    '@type': tls('UpstreamTlsContext'),
    sni: service,
    common_tls_context: {
      tls_params: { tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_3' },
      alpn_protocols: ['h2'],
      tls_certificate_sds_secret_configs: [{ name: certificateSecret, sds_config: fromFile(files.certificate) }],
      combined_validation_context: {
        default_validation_context: {
          match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: `spiffe://shopverse/${service}` } }],
        },
        validation_context_sds_secret_config: { name: authoritiesSecret, sds_config: fromFile(files.authorities) },
      },
    },
  },
});

const certificateSecret = 'edge_certificate';
const authoritiesSecret = 'mesh_authorities';

const fromFile = (path: string) => ({ path_config_source: { path }, resource_api_version: 'V3' });

/**
 * The secrets behind `meshTransport`, as file SDS has them. Envoy watches `folder` and reads the files anew when its ..data link is
 * swapped; connections that are open stay as they are.
 */
export const secrets = (folder: string) => ({
  certificate: secret(certificateSecret, {
    tls_certificate: {
      certificate_chain: { filename: join(folder, 'tls.crt') },
      private_key: { filename: join(folder, 'tls.key') },
      watched_directory: { path: folder },
    },
  }),
  authorities: secret(authoritiesSecret, {
    validation_context: { trusted_ca: { filename: join(folder, 'ca.crt') }, watched_directory: { path: folder } },
  }),
});

const secret = (name: string, content: object) => ({ resources: [{ '@type': tls('Secret'), name, ...content }] });
