import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Path of the Envoy that the local stack installs. Throws when there is none. */
export async function envoyBinary(): Promise<string> {
  const given = process.env['SHOPVERSE_ENVOY'];
  if (given) return given;
  const tools = process.env['SHOPVERSE_TOOLS'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'shopverse');
  const binary = join(tools, 'envoy');
  await access(binary, constants.X_OK);
  return binary;
}
