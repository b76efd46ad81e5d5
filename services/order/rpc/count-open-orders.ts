import type { CountOpenOrdersRequest, CountOpenOrdersResponse } from '@shopverse/contracts/shopverse/order/v1/order_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';

/** How many orders of a customer are unpaid, paid, on their way, or cancelled with their money not yet returned. Uses `orders_by_customer`. */
export function countOpenOrders({
  database,
}: {
  readonly database: Postgres;
}): UnaryHandler<CountOpenOrdersRequest, CountOpenOrdersResponse> {
  return async ({ customerId }) => {
    const { rows } = await sql<{ open: number }>`
      select count(*)::integer as open from orders
      where customer_id = ${customerId}
        and (state in ('PENDING_PAYMENT', 'CONFIRMED', 'SHIPPED') or (state = 'CANCELLED' and payment_id is not null))`.execute(
      database.sql,
    );
    return { openOrders: rows[0]?.open ?? 0 };
  };
}
