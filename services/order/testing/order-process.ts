import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { openClient, type RpcClient } from '@shopverse/mesh/rpc/client';
import type { OrderScene } from './order-scene.ts';

const NODE = new URL('../../../node_modules/.bin/node', import.meta.url).pathname;
const MAIN = new URL('../main.ts', import.meta.url).pathname;
const REGISTER = new URL('../../../mesh/telemetry/register.ts', import.meta.url).href;

/** The order service as it is deployed: a process of its own. */
export interface OrderProcess {
  readonly client: RpcClient<typeof OrderServiceDefinition>;
  /** Where it serves. */
  readonly target: string;
  /** Ends it; answers its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the order service on free ports with the scene's database and peers. There is no Kafka: the outbox waits. */
export async function startOrderProcess({ certificates, productPort, scene }: OrderScene): Promise<OrderProcess> {
  const child = spawn(NODE, ['--import', REGISTER, MAIN], {
    env: {
      PATH: process.env['PATH'],
      RPC_LISTEN: '127.0.0.1:0',
      ADMIN_LISTEN: '127.0.0.1:0',
      MESH_CERTIFICATES: join(certificates, 'order'),
      MESH_TARGET_PRODUCT: `127.0.0.1:${productPort}`,
      DATABASE_URL: scene.stack.addresses.database('order'),
      KAFKA_BROKERS: '127.0.0.1:9',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const port = await new Promise<number>((resolve, reject) => {
    void ended.then(([code]) => reject(new Error(`The order service ended with code ${code} before it served.`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as { message: string; port?: number };
      if (entry.message === 'serving' && entry.port !== undefined) resolve(entry.port);
    });
  });
  const open = openClient(OrderServiceDefinition, {
    name: 'order',
    target: `127.0.0.1:${port}`,
    credentials: new WorkloadCredentials(join(certificates, 'edge')).channel('order'),
  });
  return {
    client: open.client,
    target: `127.0.0.1:${port}`,
    end: async (signal) => {
      open.close();
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}
