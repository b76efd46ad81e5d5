import type { Transaction } from '@shopverse/mesh/store/postgres';
import { sql, type QueryExecutorProvider } from 'kysely';
import { Cart, type CartLine } from '../domain/cart.ts';

interface ItemRow {
  readonly product_id: string;
  readonly quantity: number;
  readonly name: string;
  readonly currency: string;
  readonly price_minor: string;
  readonly added_ms: string;
}

/** What is in a customer's cart, in the order in which it was added. */
export async function findCartLines(executor: QueryExecutorProvider, customerId: string): Promise<CartLine[]> {
  const { rows } = await sql<ItemRow>`
    select product_id, quantity, name, currency, price_minor, extract(epoch from added_at) * 1000 as added_ms
    from cart_items where customer_id = ${customerId}
    order by added_at, product_id`.execute(executor);
  return rows.map((row) => ({
    productId: row.product_id,
    quantity: row.quantity,
    name: row.name,
    priceWhenAdded: { currency: row.currency, minor: BigInt(row.price_minor) },
    addedAt: new Date(Number(row.added_ms)),
  }));
}

/**
 * Changes a customer's cart: `change` decides, the repository keeps what it did. Nobody else changes the cart until the transaction ends. Answers what is in
 * it; when `change` throws, nothing is kept.
 */
export async function changeCart(
  tx: Transaction,
  customerId: string,
  at: Date,
  change: (cart: Cart) => void,
): Promise<readonly CartLine[]> {
  await sql`
    insert into carts (customer_id, updated_at) values (${customerId}, ${at})
    on conflict (customer_id) do update set updated_at = excluded.updated_at`.execute(tx.sql);
  // A statement of its own: only one that begins with the lock held sees what the one before it left.
  const before = await findCartLines(tx.sql, customerId);
  const cart = Cart.restore(before);
  change(cart);
  await writeDifference(tx, customerId, before, cart.lines);
  return cart.lines;
}

async function writeDifference(
  tx: Transaction,
  customerId: string,
  before: readonly CartLine[],
  after: readonly CartLine[],
): Promise<void> {
  const known = new Map(before.map((line) => [line.productId, line]));
  const kept = new Set(after.map(({ productId }) => productId));
  const removed = before.map(({ productId }) => productId).filter((id) => !kept.has(id));
  const written = after.filter((line) => known.get(line.productId) !== line);
  if (removed.length > 0)
    await sql`delete from cart_items where customer_id = ${customerId} and product_id = any(${removed}::uuid[])`.execute(tx.sql);
  if (written.length === 0) return;
  const values = written.map(
    ({ productId, quantity, name, priceWhenAdded, addedAt }) =>
      sql`(${customerId}, ${productId}, ${quantity}, ${name}, ${priceWhenAdded.currency}, ${priceWhenAdded.minor}, ${addedAt})`,
  );
  await sql`
    insert into cart_items (customer_id, product_id, quantity, name, currency, price_minor, added_at) values ${sql.join(values)}
    on conflict (customer_id, product_id) do update
    set quantity = excluded.quantity, name = excluded.name, currency = excluded.currency, price_minor = excluded.price_minor`.execute(
    tx.sql,
  );
}
