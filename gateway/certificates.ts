import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@shopverse/mesh/config/read';
import type { EdgeConfig } from './settings.ts';

/** Throws ConfigError when a folder lacks a file: Envoy itself would start, and reach no service or be reached by no client. */
export async function checkCertificates({
  EDGE_CERTIFICATES,
  EDGE_TLS,
}: Pick<EdgeConfig, 'EDGE_CERTIFICATES' | 'EDGE_TLS'>): Promise<void> {
  await checkFolder('EDGE_CERTIFICATES', EDGE_CERTIFICATES, ['tls.crt', 'tls.key', 'ca.crt']);
  if (EDGE_TLS !== '') await checkFolder('EDGE_TLS', EDGE_TLS, ['tls.crt', 'tls.key']);
}

async function checkFolder(setting: string, folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await access(join(folder, name), constants.R_OK).catch(() => {
      throw new ConfigError(`There is no ${name} to read in ${folder}: issue the certificate first, or set ${setting} to its folder.`);
    });
  }
}
