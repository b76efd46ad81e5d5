import { sql } from 'kysely';
import type { Postgres } from '@shopverse/mesh/store/postgres';

/** Orders that are written in one transaction. */
const BATCH = 200;

/**
 * Takes away what is personal of a customer: their cart, and of their orders who received them and where. What was sold, for how much, and to which state and country stays, as
 * books must be kept. Once more changes nothing.
 */
export async function eraseCustomer(database: Postgres, customerId: string): Promise<void> {
  await sql`delete from carts where customer_id = ${customerId}`.execute(database.sql);
  for (let changed = BATCH; changed === BATCH;) {
    const result = await sql`
      update orders set ship_recipient = '', ship_street = '', ship_city = '', ship_postal_code = ''
      where id in (select id from orders where customer_id = ${customerId} and ship_recipient <> '' limit ${BATCH} for update)`.execute(
      database.sql,
    );
    changed = Number(result.numAffectedRows ?? 0);
  }
}
