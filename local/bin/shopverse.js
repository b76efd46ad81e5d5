#!/usr/bin/env node
// Runs the tool with the project's own Node, whatever Node found this file.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
if (!existsSync(node)) {
  process.stderr.write('The project is not installed yet: run npm ci first.\n');
  process.exit(1);
}
// Ctrl-C reaches both processes; this one waits for the other to finish its work.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
const { status, signal } = spawnSync(node, ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(signal === null ? (status ?? 1) : 1);
