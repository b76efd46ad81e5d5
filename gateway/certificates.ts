import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@shopverse/mesh/config/read';

/** Throws ConfigError when the folder of the edge's identity lacks a file: Envoy itself would start and reach no service. */
export async function checkCertificates(folder: string): Promise<void> {
  for (const name of ['tls.crt', 'tls.key', 'ca.crt']) {
    await access(join(folder, name), constants.R_OK).catch(() => {
      throw new ConfigError(
        `There is no ${name} to read in ${folder}: issue the edge's certificate first, or set EDGE_CERTIFICATES to its folder.`,
      );
    });
  }
}
