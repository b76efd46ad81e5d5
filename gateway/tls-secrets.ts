import { join } from 'node:path';

/** Type URL of a message of Envoy's TLS. */
export const tlsType = (message: string): string => `type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.${message}`;

/** A secret in a file (SDS), which Envoy reads anew when the file is replaced. */
export const fromFile = (name: string, path: string) => ({
  name,
  sds_config: { path_config_source: { path }, resource_api_version: 'V3' },
});

/**
 * The certificate and key of a folder, as file SDS has them. Envoy watches the folder and reads the files anew when its ..data link is swapped;
 * connections that are open stay as they are.
 */
export const certificateSecret = (name: string, folder: string) =>
  secret(name, {
    tls_certificate: {
      certificate_chain: { filename: join(folder, 'tls.crt') },
      private_key: { filename: join(folder, 'tls.key') },
      watched_directory: { path: folder },
    },
  });

/** The authorities of a folder, likewise. */
export const authoritiesSecret = (name: string, folder: string) =>
  secret(name, { validation_context: { trusted_ca: { filename: join(folder, 'ca.crt') }, watched_directory: { path: folder } } });

const secret = (name: string, content: object) => ({ resources: [{ '@type': tlsType('Secret'), name, ...content }] });
