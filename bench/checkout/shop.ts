import { connectShop } from '@shopverse/client/shop';
import { createStack, type Stack } from '@shopverse/local/stack';
import { newId } from '@shopverse/mesh/ids';
import { listenForConfirmations, type Confirmations } from './confirmations.ts';
import { KeepAliveClient } from './keep-alive-client.ts';

/** Somebody who buys, by the token of a signed-in customer. */
export interface Buyer {
  readonly token: string;
}

/** A running shop with buyers in it. */
export interface Shop {
  readonly addresses: Stack['addresses'];
  readonly buyers: readonly Buyer[];
  /** Products that never run out. */
  readonly products: readonly string[];
  readonly edge: KeepAliveClient;
  readonly sandbox: KeepAliveClient;
  readonly confirmations: Confirmations;
  /** PostgreSQL's superuser in a database; only for looking at the server itself, and for a schema of the benchmark's own. */
  readonly superuser: (database: string) => string;
  /** Makes a product. */
  addProduct(stock: number): Promise<string>;
  close(): Promise<void>;
}

/** Accounts; several buyers may share one, as somebody's phone and laptop do. Each costs two password hashes. */
const ACCOUNTS = 16;
const PRODUCTS = 64;

/** Opens the stack that `env` names, signs `buyers` people in and fills the shelves. */
export async function openShop(env: Readonly<Record<string, string>>, buyers: number): Promise<Shop> {
  const { addresses, secrets } = await createStack({ environment: { ...process.env, ...env } });
  const connect = (token?: string) => connectShop({ baseUrl: addresses.edge, ...(token === undefined ? {} : { tokens: token }) });
  const anybody = connect();
  const logIn = async (email: string, password: string): Promise<Buyer> => {
    const { accessToken } = await anybody.auth.login({ email, password });
    return { token: accessToken };
  };
  const register = async (): Promise<Buyer> => {
    const [email, password] = [`${newId()}@example.com`, `a long password ${newId()}`];
    await anybody.auth.register({ fullName: 'Ravi Iyer', email, password });
    return logIn(email, password);
  };
  const admin = connect((await logIn(secrets.admin.email, secrets.admin.password)).token);
  const { categories } = await anybody.product.listCategories();
  const addProduct = async (stock: number): Promise<string> => {
    const product = await admin.product.createProduct({
      name: 'Steel bottle',
      description: 'One litre, keeps cold for a day.',
      brand: 'Kavira',
      categoryId: categories[0]?.id ?? '',
      price: { currencyCode: 'INR', units: 1299 },
      initialStock: stock,
    });
    return product.id;
  };
  const products = await Promise.all(Array.from({ length: PRODUCTS }, () => addProduct(1_000_000)));
  const accounts = await Promise.all(Array.from({ length: Math.min(ACCOUNTS, buyers) }, register));
  const [edge, sandbox] = [new KeepAliveClient(addresses.edge, buyers), new KeepAliveClient(addresses.sandbox, buyers)];
  const confirmations = await listenForConfirmations(addresses.kafkaBrokers);
  return {
    addresses,
    buyers: Array.from({ length: buyers }, (_, index) => accounts[index % accounts.length] as Buyer),
    products,
    edge,
    sandbox,
    confirmations,
    superuser: (database) => {
      const url = new URL(addresses.database('order'));
      return `postgres://postgres:${secrets.postgres}@${url.host}/${database}`;
    },
    addProduct,
    close: async () => {
      edge.close();
      sandbox.close();
      await confirmations.stop();
    },
  };
}
