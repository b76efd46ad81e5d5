import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

const root = new URL('../../../', import.meta.url).pathname;
const NODE = `${root}node_modules/.bin/node`;
const REGISTER = `${root}mesh/telemetry/register.ts`;

/** A service as it is deployed: a process of its own. */
export interface ServiceProcess {
  readonly rpc: string;
  readonly admin: string;
  /** Ends it; answers its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** What a command said and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Starts `services/<name>/main.ts` on free ports and waits until it serves. There is no Kafka: events wait in the outbox. */
export async function startService(name: string, environment: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const admin = `127.0.0.1:${await freePort()}`;
  const child = spawn(NODE, ['--import', REGISTER, `${root}services/${name}/main.ts`], {
    env: { PATH: process.env['PATH'], RPC_LISTEN: '127.0.0.1:0', ADMIN_LISTEN: admin, KAFKA_BROKERS: '127.0.0.1:9', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const port = await new Promise<number>((resolve, reject) => {
    void ended.then(([code]) => reject(new Error(`${name} ended with code ${code} before it served.`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as { message: string; port?: number };
      if (entry.message === 'serving' && entry.port !== undefined) resolve(entry.port);
    });
  });
  return {
    rpc: `127.0.0.1:${port}`,
    admin: `http://${admin}`,
    end: async (signal) => {
      child.kill(signal);
      return (await ended)[0];
    },
  };
}

/** Runs a script of the shop to its end. */
export async function runScript(path: string, environment: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn(NODE, [`${root}${path}`], { env: { PATH: process.env['PATH'], ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
