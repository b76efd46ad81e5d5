import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { experimental } from '@grpc/grpc-js';
import { ConfigError } from '../config/read.ts';

/** How often the files are looked at, in milliseconds. */
const REFRESH_INTERVAL_MS = 5_000;

const FILES = ['tls.crt', 'tls.key', 'ca.crt'] as const;

/** The certificate that is shown to others just now. */
export interface CertificateInUse {
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Why what lies in the folder is not used, in a sentence; undefined when it is. */
  readonly trouble: string | undefined;
}

interface Certificates {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly caCertificate: Buffer;
}

/**
 * A workload's certificate, key and authority, from a folder whose files are renewed from outside. They are read when this is made, so a server has them
 * before its first connection: grpc-js's own watcher reads them later, and a server resets whatever comes before that. A renewal that is half written, or
 * whose key is not that of its certificate, is left for the next look; until then the ones before are used.
 */
export class CertificateFiles implements experimental.CertificateProvider {
  readonly #folder: string;
  readonly #onIdentity = new Set<experimental.IdentityCertificateUpdateListener>();
  readonly #onCa = new Set<experimental.CaCertificateUpdateListener>();
  #current: Certificates;
  #trouble: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param folder holds tls.crt, tls.key and ca.crt, each as PEM
   * @throws ConfigError when one is missing, can't be read, or is no such thing
   */
  constructor(folder: string) {
    this.#folder = folder;
    this.#current = toCertificates(
      folder,
      FILES.map((name) => {
        try {
          return readFileSync(join(folder, name));
        } catch (error) {
          const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : `can't be read (${String(error)})`;
          throw new ConfigError(`${join(folder, name)} ${why}: MESH_CERTIFICATES must name a folder with tls.crt, tls.key and ca.crt.`);
        }
      }),
    );
  }

  /** What is in use, which a renewal that can't be read leaves as it is. */
  get inUse(): CertificateInUse {
    const { validFromDate, validToDate } = new X509Certificate(this.#current.certificate);
    return { notBefore: validFromDate, notAfter: validToDate, trouble: this.#trouble };
  }

  addCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#onCa.add(listener);
    this.#watch();
    process.nextTick(() => listener(this.#current));
  }

  removeCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#onCa.delete(listener);
    this.#restWhenAlone();
  }

  addIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#onIdentity.add(listener);
    this.#watch();
    process.nextTick(() => listener(this.#current));
  }

  removeIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#onIdentity.delete(listener);
    this.#restWhenAlone();
  }

  #watch(): void {
    if (this.#timer !== undefined) return;
    void this.#refresh(); // they may have been renewed while nobody listened
    this.#timer = setInterval(() => void this.#refresh(), REFRESH_INTERVAL_MS).unref();
  }

  #restWhenAlone(): void {
    if (this.#onCa.size + this.#onIdentity.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #refresh(): Promise<void> {
    const before = this.#current;
    let read: Certificates;
    try {
      read = toCertificates(this.#folder, await Promise.all(FILES.map((name) => readFile(join(this.#folder, name)))));
      this.#trouble = undefined;
    } catch (error) {
      // What is here goes on until it expires. The next look may find the renewal whole.
      this.#trouble = error instanceof Error ? error.message : String(error);
      return;
    }
    const same = (field: keyof Certificates) => read[field].equals(before[field]);
    if (same('certificate') && same('privateKey') && same('caCertificate')) return;
    this.#current = read;
    for (const listener of this.#onIdentity) listener(read);
    for (const listener of this.#onCa) listener(read);
  }
}

function toCertificates(folder: string, [certificate, privateKey, caCertificate]: readonly Buffer[]): Certificates {
  if (certificate === undefined || privateKey === undefined || caCertificate === undefined) throw new Error('Three files are read.');
  let belong: boolean;
  try {
    belong = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
    new X509Certificate(caCertificate);
  } catch (error) {
    throw new ConfigError(`The certificates in ${folder} (MESH_CERTIFICATES) are no PEM that can be read: ${String(error)}`);
  }
  if (!belong) throw new ConfigError(`${join(folder, 'tls.key')} (MESH_CERTIFICATES) is not the key of the certificate beside it.`);
  return { certificate, privateKey, caCertificate };
}
