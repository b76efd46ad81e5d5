// A real process for the supervisor's tests: answers on a port, and ends or lingers as it is told.
// node tiny-server.js <port> [--fail-when <file>] [--deaf] [--child]
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, ...options] = process.argv.slice(2);
const valueOf = (name) => options[options.indexOf(name) + 1];

if (options.includes('--fail-when') && existsSync(valueOf('--fail-when'))) {
  process.stderr.write('FATAL: the disk is upside down\n');
  process.exit(3);
}
if (options.includes('--child')) spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
process.on('SIGTERM', () => {
  if (options.includes('--journal')) appendFileSync(valueOf('--journal'), `stopped ${valueOf('--name')}\n`);
  if (!options.includes('--deaf')) process.exit(0);
});
createServer((_request, response) => response.end('ok')).listen(Number(port), '127.0.0.1', () => {
  if (options.includes('--journal')) appendFileSync(valueOf('--journal'), `started ${valueOf('--name')}\n`);
  process.stdout.write('serving\n');
});
