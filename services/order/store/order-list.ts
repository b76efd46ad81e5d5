import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import { orderStates, type OrderState } from '../domain/order-state.ts';

/** Where a page of orders ended. */
export interface OrderCursor {
  /** Milliseconds since the epoch, to which orders are told apart by their ids. */
  readonly createdMs: number;
  readonly id: string;
}

/** Which orders, newest first. */
export interface OrderQuery {
  readonly customerId: string | undefined;
  /** In any when empty. */
  readonly states: readonly OrderState[];
  readonly placedFrom: Date | undefined;
  readonly placedBefore: Date | undefined;
  readonly after: OrderCursor | undefined;
  readonly limit: number;
}

interface KeyRow {
  readonly id: string;
  readonly created_ms: string;
}

/**
 * The keys of a page of orders. A customer's come from `orders_by_customer`. All others come from `orders_by_state`, a page of each state, merged:
 * that is at most six pages, however many orders there are.
 */
export async function listOrderKeys(executor: QueryExecutorProvider, query: OrderQuery): Promise<OrderCursor[]> {
  const { rows } = await listQuery(query).execute(executor);
  return rows.map(({ id, created_ms }) => ({ id, createdMs: Number(created_ms) }));
}

/** The query of `listOrderKeys`. */
export function listQuery({ customerId, states, placedFrom, placedBefore, after, limit }: OrderQuery): RawBuilder<KeyRow> {
  const conditions = [
    ...(placedFrom === undefined ? [] : [sql`o.created_at >= ${placedFrom}`]),
    ...(placedBefore === undefined ? [] : [sql`o.created_at < ${placedBefore}`]),
    ...(after === undefined ? [] : [sql`(o.created_at, o.id) < (${new Date(after.createdMs)}::timestamptz, ${after.id}::uuid)`]),
  ];
  const keys = sql`o.id, extract(epoch from o.created_at) * 1000 as created_ms`;
  const page = sql`order by o.created_at desc, o.id desc limit ${limit}`;
  if (customerId !== undefined) {
    const mine = [
      sql`o.customer_id = ${customerId}`,
      ...(states.length === 0 ? [] : [sql`o.state = any(${[...states]}::text[])`]),
      ...conditions,
    ];
    return sql<KeyRow>`select ${keys} from orders o where ${sql.join(mine, sql` and `)} ${page}`;
  }
  const wanted = states.length === 0 ? orderStates : states;
  const inState = sql.join([sql`o.state = wanted.state`, ...conditions], sql` and `);
  return sql<KeyRow>`
    select ${keys} from unnest(${[...wanted]}::text[]) as wanted (state)
    cross join lateral (select o.id, o.created_at from orders o where ${inState} ${page}) o
    ${page}`;
}
