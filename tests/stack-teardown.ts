import { rm } from 'node:fs/promises';
import { shopverse } from './shop.ts';

/** Stops the stack of the end-to-end tests and removes all it left. */
export default async function tearDown(): Promise<void> {
  await shopverse(['down'], { timeoutMs: 90_000 });
  const home = process.env['SHOPVERSE_HOME'];
  if (home !== undefined) await rm(home, { recursive: true, force: true });
}
