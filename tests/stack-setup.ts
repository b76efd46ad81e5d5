import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHAOS_SETTINGS } from './chaos/settings.ts';
import { shopverse } from './shop.ts';

/** Starts the whole stack once for all end-to-end tests, on free ports, in a folder of its own, by the command that people use. */
export default async function setUp(): Promise<void> {
  process.env['SHOPVERSE_HOME'] = await mkdtemp(join(tmpdir(), 'shopverse-end-to-end-'));
  process.env['SHOPVERSE_PORTS'] = 'free';
  process.env['SHOPVERSE_SERVICE_SETTINGS'] = CHAOS_SETTINGS;
  const { code, output } = await shopverse(['up', '--detach'], { timeoutMs: 8 * 60_000 });
  if (code !== 0) throw new Error(`The stack did not start:\n${output}`);
}
