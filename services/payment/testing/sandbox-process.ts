import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const NODE = new URL('../../../node_modules/.bin/node', import.meta.url).pathname;
const MAIN = new URL('../../sandbox/main.ts', import.meta.url).pathname;

/** The sandbox provider, as a process of its own, for tests. */
export interface SandboxProcess {
  readonly url: string;
  /** Pays, refuses or sets knobs: POST `path` with JSON. */
  post(path: string, body?: object): Promise<unknown>;
  get(path: string): Promise<unknown>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The account that tests use. */
export const ACCOUNT = { keyId: 'rzp_test_key', keySecret: 'key-secret', webhookSecret: 'webhook-secret' };

/** Starts the sandbox on a free port, or on `listen`. */
export async function startSandboxProcess(options: { data: string; webhookUrl: string; listen?: string }): Promise<SandboxProcess> {
  const child = spawn(NODE, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      SANDBOX_LISTEN: options.listen ?? '127.0.0.1:0',
      SANDBOX_DATA: options.data,
      SANDBOX_WEBHOOK_URL: options.webhookUrl,
      RAZORPAY_KEY_ID: ACCOUNT.keyId,
      RAZORPAY_KEY_SECRET: ACCOUNT.keySecret,
      RAZORPAY_WEBHOOK_SECRET: ACCOUNT.webhookSecret,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const port = await new Promise<number>((resolve, reject) => {
    ended.then(() => reject(new Error('The sandbox ended before it served.')), reject);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as { message: string; port?: number };
      if (entry.message === 'serving' && entry.port !== undefined) resolve(entry.port);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    post: async (path, body = {}) => (await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })).json(),
    get: async (path) => (await fetch(url + path)).json(),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
}
