import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { eventually } from '@shopverse/local/demo/eventually';
import { edge, newCustomer, placeOrder, someProduct, theStack } from '../customer.ts';

const MINUTE = 60_000;
const open: Client[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((client) => client.end()))));

/** A connection to the order service's database. */
async function orders(): Promise<Client> {
  const client = new Client({ connectionString: (await theStack()).addresses.database('order') });
  await client.connect();
  open.push(client);
  return client;
}

describe('a deadline', () => {
  it('that passes in the third hop ends the work there, down to the statement', async () => {
    const customer = await newCustomer();
    const orderId = ((await placeOrder(customer, (await someProduct(1)).id, 1)).json as { id: string }).id;
    const [locker, observer] = [await orders(), await orders()];
    const waiting = async () => {
      const { rows } = await observer.query<{ waiting: number }>(
        `select count(*)::int as waiting from pg_stat_activity
         where datname = 'order' and wait_event_type = 'Lock' and query like '%orders%' and query not like '%pg_stat_activity%'`,
      );
      return rows[0]?.waiting ?? 0;
    };
    // The client's time goes from the edge to payment, to order, to PostgreSQL, which is made to wait.
    const pay = (headers: Record<string, string> = {}) =>
      edge('/v1/payments', {
        method: 'POST',
        token: customer.token,
        body: { orderId },
        headers: { 'idempotency-key': randomUUID(), ...headers },
      });
    await locker.query('begin');
    await locker.query('lock table orders in access exclusive mode');
    const late = pay({ 'grpc-timeout': '3000m' });
    await eventually('the statement to wait', async () => ((await waiting()) > 0 ? true : undefined));
    const { status, json } = await late;
    expect([status, json]).toEqual([504, expect.objectContaining({ code: 4 })]);
    // The lock is still there: nobody but a cancellation can have ended the wait.
    await eventually('the statement to be given up', async () => ((await waiting()) === 0 ? true : undefined));
    await locker.query('rollback');
    expect((await pay()).status).toBe(200);
  }, 2 * MINUTE); // prettier-ignore
});
