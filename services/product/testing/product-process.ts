import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ProductScene } from './product-scene.ts';

const NODE = new URL('../../../node_modules/.bin/node', import.meta.url).pathname;
const MAIN = new URL('../main.ts', import.meta.url).pathname;
const REGISTER = new URL('../../../mesh/telemetry/register.ts', import.meta.url).href;

/** The product service as it is deployed: a process of its own. */
export interface ProductProcess {
  /** Ends it; answers its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the product service on free ports with the scene's database. There is no Kafka: the outbox waits. */
export async function startProductProcess(shop: ProductScene, settings: Readonly<Record<string, string>>): Promise<ProductProcess> {
  const child = spawn(NODE, ['--import', REGISTER, MAIN], {
    env: {
      PATH: process.env['PATH'],
      RPC_LISTEN: '127.0.0.1:0',
      ADMIN_LISTEN: '127.0.0.1:0',
      MESH_CERTIFICATES: shop.certificates('product'),
      MESH_TARGET_ORDER: `127.0.0.1:${shop.orders.port}`,
      DATABASE_URL: shop.url,
      KAFKA_BROKERS: '127.0.0.1:9',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  await new Promise<void>((resolve, reject) => {
    void ended.then(([code]) => reject(new Error(`The product service ended with code ${code} before it served.`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if ((JSON.parse(line) as { message: string }).message === 'serving') resolve();
    });
  });
  return {
    end: async (signal) => {
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}
