import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectShop, type ShopServices } from '@shopverse/client/shop';
import { AuthServiceDefinition } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { runSeed } from '@shopverse/local/cli/seed';
import { issueCertificate } from '@shopverse/local/parts/certificates';
import { startStack } from '@shopverse/local/stack';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { openClient, type RpcClient } from '@shopverse/mesh/rpc/client';
import { fillCatalogue, type Filled } from './fill.ts';

/** A running shop with a large catalogue, and who calls its services directly. */
export interface BenchShop extends Filled {
  /** A visitor's calls. */
  readonly visitor: RpcClient<typeof ProductServiceDefinition>;
  /** The order service's calls. */
  readonly order: RpcClient<typeof ProductServiceDefinition>;
  readonly auth: RpcClient<typeof AuthServiceDefinition>;
  /** An admin's calls, through the edge. */
  readonly admin: ShopServices;
  /** PostgreSQL as its superuser sees the product database. */
  readonly superuserUrl: string;
  /** PostgreSQL as the product service sees it. */
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** Starts auth, user, product, order and the edge with what they need, in a home of their own, and fills the catalogue. */
export async function openBenchShop({ products }: { readonly products: number }): Promise<BenchShop> {
  const folder = await mkdtemp(join(tmpdir(), 'shopverse-bench-'));
  await chmod(folder, 0o755); // PostgreSQL runs as somebody else when the benchmark runs as root.
  const closing: (() => Promise<void> | void)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const one of closing.toReversed()) await one();
  };
  try {
    const stack = await startStack({
      home: join(folder, 'home'),
      only: ['auth', 'user', 'product', 'order', 'edge'],
      environment: {
        SHOPVERSE_JAEGER_URL: 'http://127.0.0.1:9',
        SHOPVERSE_OTLP_URL: 'http://127.0.0.1:9',
        SHOPVERSE_TRACE_PERCENT: process.env['SHOPVERSE_TRACE_PERCENT'] ?? '1',
      },
    });
    closing.push(() => stack.stop());
    const { context, addresses, secrets } = stack;
    const databaseUrl = addresses.database('product');
    const superuser = new URL(databaseUrl);
    [superuser.username, superuser.password] = ['postgres', secrets.postgres];
    const filled = await fillCatalogue(superuser.href, products);
    const client = async <Definition extends typeof ProductServiceDefinition | typeof AuthServiceDefinition>(
      definition: Definition,
      service: string,
      as: string,
    ) => {
      const credentials = new WorkloadCredentials(await issueCertificate(context, as)).channel(service);
      const open = openClient(definition, { name: service, target: `127.0.0.1:${context.ports[service] ?? 0}`, credentials });
      closing.push(() => open.close());
      return open.client;
    };
    await runSeed(stack, ['auth']);
    const { accessToken } = await connectShop({ baseUrl: addresses.edge }).auth.login(secrets.admin);
    return {
      ...filled,
      admin: connectShop({ baseUrl: addresses.edge, tokens: accessToken }),
      superuserUrl: superuser.href,
      visitor: await client(ProductServiceDefinition, 'product', 'edge'),
      order: await client(ProductServiceDefinition, 'product', 'order'),
      auth: await client(AuthServiceDefinition, 'auth', 'edge'),
      databaseUrl,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
