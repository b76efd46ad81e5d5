import { CartServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/cart_service';
import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { Bells } from '@shopverse/mesh/events/bells';
import type { TestHost } from '@shopverse/mesh/events/testing/scene';
import type { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { openClient, type OpenClient, type RpcClient } from '@shopverse/mesh/rpc/client';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { openPostgres, type Postgres } from '@shopverse/mesh/store/postgres';
import { cartHandlers } from '../rpc/cart-handlers.ts';
import { orderHandlers } from '../rpc/order-handlers.ts';
import { entities } from '../store/entities.ts';
import { migrations } from '../store/migrations/migrations.ts';
import { startOrderNews } from '../watch/order-news.ts';

/** How a replica of the tests is put together. */
export interface ReplicaOptions {
  readonly host: TestHost;
  readonly url: string;
  readonly productPort: number;
  readonly credentials: (workload: string) => WorkloadCredentials;
  readonly clock: () => Date;
  /** @default as many as the tests could want, which live long and look by themselves so seldom that a test would notice */
  readonly watch?: { readonly most?: number; readonly lifeMs?: number; readonly pollMs?: number };
}

/** The order service in this process, as `main.ts` puts it together, but for its consumers and jobs. */
export interface Replica {
  readonly database: Postgres;
  readonly orders: (workload: string) => RpcClient<typeof OrderServiceDefinition>;
  readonly carts: RpcClient<typeof CartServiceDefinition>;
  /** Where its server listens. */
  readonly target: string;
  close(): Promise<void>;
}

/** Starts a replica on a free port. */
export async function startReplica({ host, url, productPort, credentials, clock, watch = {} }: ReplicaOptions): Promise<Replica> {
  const { most = 100, lifeMs = 60_000, pollMs = 60_000 } = watch;
  const database = await openPostgres(host, { url, entities, migrations });
  const product = { name: 'product', target: `127.0.0.1:${productPort}`, credentials: credentials('order').channel('product') };
  const products = openClient(ProductServiceDefinition, product);
  const bells = new Bells({ most });
  startOrderNews(host, database, bells);
  const server = new RpcServer({ credentials: credentials('order').server(), log: host.log });
  const deps = { database, products: products.client, clock };
  server.add(OrderServiceDefinition, orderHandlers({ ...deps, bells, lifeMs, pollMs, stopping: host.signal }));
  server.add(CartServiceDefinition, cartHandlers(deps));
  const target = `127.0.0.1:${await server.listen('127.0.0.1:0')}`;

  const peer = (workload: string) => ({ name: 'order', target, credentials: credentials(workload).channel('order') });
  const carts = openClient(CartServiceDefinition, peer('edge'));
  const opened = new Map<string, OpenClient<typeof OrderServiceDefinition>>();
  for (const workload of ['edge', 'payment', 'product']) opened.set(workload, openClient(OrderServiceDefinition, peer(workload)));
  return {
    database,
    target,
    carts: carts.client,
    orders: (workload) => {
      const open = opened.get(workload);
      if (open === undefined) throw new Error(`No client of ${workload}.`);
      return open.client;
    },
    close: async () => {
      for (const open of [carts, ...opened.values()]) open.close();
      await server.drain(1_000);
      products.close();
    },
  };
}
