import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { experimental, type ChannelCredentials, type ServerCredentials } from '@grpc/grpc-js';
import { ConfigError } from '../config/read.ts';
import { spiffeId, workloadOf } from './spiffe-id.ts';

/** How often the certificate files are looked at, in milliseconds. */
const REFRESH_INTERVAL_MS = 5_000;

/** One workload's certificate files, watched: who renews them renews the connections made from then on, without a restart. */
export class WorkloadCredentials {
  readonly #provider: InstanceType<typeof experimental.FileWatcherCertificateProvider>;

  /**
   * @param folder holds tls.crt, tls.key and ca.crt
   * @throws ConfigError when one is missing
   */
  constructor(folder: string) {
    const [certificateFile, privateKeyFile, caCertificateFile] = ['tls.crt', 'tls.key', 'ca.crt'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const file of [certificateFile, privateKeyFile, caCertificateFile]) {
      if (!existsSync(file))
        throw new ConfigError(`${file} is not there: MESH_CERTIFICATES must name a folder with tls.crt, tls.key and ca.crt.`);
    }
    this.#provider = new experimental.FileWatcherCertificateProvider({
      certificateFile,
      privateKeyFile,
      caCertificateFile,
      refreshIntervalMs: REFRESH_INTERVAL_MS,
    });
  }

  /** For a server that lets in nobody without a certificate of this authority. */
  server(): ServerCredentials {
    return experimental.createCertificateProviderServerCredentials(this.#provider, this.#provider, true);
  }

  /** For a channel to `workload`: the server must show that workload's SPIFFE id, whatever its address. */
  channel(workload: string): ChannelCredentials {
    return experimental.createCertificateProviderChannelCredentials(this.#provider, this.#provider, {
      checkServerIdentity: (_host, certificate) =>
        workloadOf(certificate.subjectaltname) === workload
          ? undefined
          : new Error(`the server's certificate is not that of ${spiffeId(workload)} but of ${certificate.subjectaltname}`),
    });
  }
}
