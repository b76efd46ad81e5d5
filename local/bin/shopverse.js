#!/usr/bin/env node
// Runs the tool with the project's own Node, whatever Node found this file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
if (!existsSync(node)) {
  process.stderr.write('The project is not installed yet: run npm ci first.\n');
  process.exit(1);
}
const tool = spawn(node, ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], { stdio: 'inherit' });
// Whoever signals this process means the tool; this one waits for it to finish its work.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => tool.kill(signal));
tool.on('exit', (status) => process.exit(status ?? 1));
