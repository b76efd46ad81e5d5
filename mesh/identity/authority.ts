import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { spiffeId, TRUST_DOMAIN } from './spiffe-id.ts';
import { swapFiles } from './swap-files.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEAR_MS = 365 * 24 * 3600_000;
/** Certificates start a little in the past, for clocks that disagree. */
const CLOCK_SKEW_MS = 60_000;

/** What a certificate is issued with. */
export interface IssueOptions {
  /** How long it is good for, in milliseconds. @default 24 hours */
  readonly ttlMs?: number;
  /** More DNS names than the workload's own. */
  readonly dnsNames?: readonly string[];
}

/**
 * The workload certificate authority of one machine: P-256, short-lived certificates whose only URI is the workload's SPIFFE id. In a cluster
 * SPIRE or cert-manager stands in its place; workloads only ever see the files.
 */
export class CertificateAuthority {
  readonly #certificate: x509.X509Certificate;
  readonly #key: webcrypto.CryptoKey;

  private constructor(certificate: x509.X509Certificate, key: webcrypto.CryptoKey) {
    this.#certificate = certificate;
    this.#key = key;
  }

  /** Opens the authority kept in `folder` (root.crt, root.key with mode 0600), or founds it. */
  static async open(folder: string): Promise<CertificateAuthority> {
    x509.cryptoProvider.set(webcrypto);
    const certificateFile = join(folder, 'root.crt');
    if (!existsSync(certificateFile)) await found(folder);
    const key = await webcrypto.subtle.importKey('pkcs8', fromPem(await readFile(join(folder, 'root.key'), 'utf8')), ALGORITHM, false, [
      'sign',
    ]);
    return new CertificateAuthority(new x509.X509Certificate(await readFile(certificateFile, 'utf8')), key);
  }

  /**
   * Issues a certificate and puts tls.crt, tls.key and ca.crt into `folder`, all three at one moment (see `swapFiles`), so that whoever watches
   * the folder never sees a key that does not fit its certificate.
   */
  async issueInto(
    folder: string,
    workload: string,
    { ttlMs = 24 * 3600_000, dnsNames = [] }: IssueOptions = {},
  ): Promise<{ notAfter: Date }> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const notAfter = new Date(Date.now() + ttlMs);
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: `CN=${workload}`,
      issuer: this.#certificate.subject,
      notBefore: new Date(Date.now() - CLOCK_SKEW_MS),
      notAfter,
      signingKey: this.#key,
      publicKey: keys.publicKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'url', value: spiffeId(workload) },
          ...[workload, ...dnsNames].map((value) => ({ type: 'dns' as const, value })),
        ]),
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate.publicKey),
      ],
    });
    await swapFiles(folder, {
      'tls.crt': { content: `${certificate.toString('pem')}\n` },
      'tls.key': { content: await privatePem(keys.privateKey), mode: 0o600 },
      'ca.crt': { content: `${this.#certificate.toString('pem')}\n` },
    });
    return { notAfter };
  }
}

async function found(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=ShopVerse workload authority`,
    notBefore: new Date(Date.now() - CLOCK_SKEW_MS),
    notAfter: new Date(Date.now() + 10 * YEAR_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: `spiffe://${TRUST_DOMAIN}` }]),
    ],
  });
  // The key first: an authority is there when its certificate is.
  await writeFile(join(folder, 'root.key'), await privatePem(keys.privateKey), { mode: 0o600 });
  await writeFile(join(folder, 'root.crt.new'), `${certificate.toString('pem')}\n`);
  await rename(join(folder, 'root.crt.new'), join(folder, 'root.crt'));
}

/** 16 random bytes, positive (RFC 5280, section 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return bytes.toString('hex');
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const base64 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${base64.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END PRIVATE KEY-----\n`;
}

function fromPem(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}
