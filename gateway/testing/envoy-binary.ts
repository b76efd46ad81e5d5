import { readSettings } from '@shopverse/local/settings';
import { installEnvoy } from '@shopverse/local/tools/envoy';

/** Path of the Envoy that the local stack runs, fetched when it is not there yet. */
export async function envoyBinary(): Promise<string> {
  const { SHOPVERSE_ENVOY, SHOPVERSE_TOOLS } = readSettings();
  return SHOPVERSE_ENVOY === '' ? installEnvoy(SHOPVERSE_TOOLS) : SHOPVERSE_ENVOY;
}
