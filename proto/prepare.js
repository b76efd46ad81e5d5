/**
 * Generates the contracts' code after `npm ci`. Where the development packages are not there (`npm ci --omit=dev`, a lockfile-only
 * install), the code must come with the sources, as in the container image. Plain JavaScript, as any Node may run it.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const tool = fileURLToPath(new URL('../node_modules/.bin/protoc-gen-ts_proto', import.meta.url));
if (existsSync(tool)) await import('./generate.ts');
else console.log('The code of the contracts was not generated: the development packages are not installed.');
