import { experimental, type ChannelCredentials, type ServerCredentials } from '@grpc/grpc-js';
import { CertificateFiles, type CertificateInUse } from './certificate-files.ts';
import { spiffeId, workloadOf } from './spiffe-id.ts';

/** One workload's certificate files, watched: who renews them renews the connections made from then on, without a restart. */
export class WorkloadCredentials {
  readonly #provider: CertificateFiles;

  /**
   * @param folder holds tls.crt, tls.key and ca.crt
   * @throws ConfigError when one is missing or broken
   */
  constructor(folder: string) {
    this.#provider = new CertificateFiles(folder);
  }

  /** The certificate in use. */
  get certificate(): CertificateInUse {
    return this.#provider.inUse;
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
