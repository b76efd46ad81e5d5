/**
 * Writes Envoy's configuration for the edge, derived from the contracts and the environment (settings.ts):
 * `node gateway/render.ts --out <folder>`, then `envoy --config-path <folder>/envoy.json --concurrency 2`.
 */
import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '@shopverse/mesh/config/read';
import { edgeFiles } from './bootstrap.ts';
import { checkCertificates } from './certificates.ts';
import { ContractError } from './contract/contract-error.ts';
import { readDescriptors } from './contract/descriptors.ts';
import { filesIn, writeFiles } from './files.ts';
import { readReference } from './reference/assets.ts';
import { settings } from './settings.ts';

async function render(): Promise<void> {
  const { out } = parseArgs({ options: { out: { type: 'string' } } }).values;
  if (out === undefined) throw new ConfigError('Say where to write: node gateway/render.ts --out <folder>.');
  const config = readConfig(settings);
  await checkCertificates(config);
  const files = filesIn(out);
  await writeFiles(edgeFiles(config, await readDescriptors(config.EDGE_DESCRIPTORS), files, await readReference(config.EDGE_OPENAPI)));
  console.log(`Wrote ${files.bootstrap}.`);
}

try {
  await render();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const expected = error instanceof ConfigError || error instanceof ContractError || 'code' in error;
  console.error(expected ? error.message : error);
  process.exitCode = 1;
}
