import { OrderState, type Order } from '@shopverse/contracts/shopverse/order/v1/order';
import type {
  ListMyOrdersRequest,
  ListMyOrdersResponse,
  ListOrdersRequest,
  ListOrdersResponse,
} from '@shopverse/contracts/shopverse/order/v1/order_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { decodePageToken, page, pageSize, type Cursor } from '@shopverse/mesh/paging';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { orderStates } from '../domain/order-state.ts';
import { listOrderKeys, type OrderCursor } from '../store/order-list.ts';
import { findOrders } from '../store/order-repository.ts';
import { toOrderMessage } from './order-message.ts';

interface Deps {
  readonly database: Postgres;
}

/** The caller's orders, newest first. Errors: INVALID_PAGE_TOKEN. */
export function listMyOrders({ database }: Deps): UnaryHandler<ListMyOrdersRequest, ListMyOrdersResponse> {
  return async (request, call) => listPage(database, 'my-orders', { ...request, customerId: signedIn(call).userId });
}

/** All orders, newest first. Errors: INVALID_PAGE_TOKEN. */
export function listOrders({ database }: Deps): UnaryHandler<ListOrdersRequest, ListOrdersResponse> {
  return async (request) => listPage(database, 'orders', request);
}

async function listPage(
  database: Postgres,
  list: string,
  { pageSize: wanted, pageToken, states, placedFrom, placedBefore, customerId }: ListOrdersRequest,
): Promise<{ orders: Order[]; nextPageToken: string }> {
  const query = { list, customerId, states: states.toSorted((a, b) => a - b), placedFrom, placedBefore };
  const cursor = decodePageToken(query, pageToken, 2);
  const size = pageSize({ pageSize: wanted });
  const keys = await listOrderKeys(database.sql, {
    customerId: customerId === '' ? undefined : customerId,
    states: orderStates.filter((state) => states.includes(OrderState[state])),
    placedFrom,
    placedBefore,
    after: cursor === undefined ? undefined : parseCursor(cursor),
    limit: size + 1,
  });
  const { rows, nextPageToken } = page(keys, size, query, ({ createdMs, id }) => [String(createdMs), id]);
  if (rows.length === 0) return { orders: [], nextPageToken };
  const found = await database.read((em) => findOrders(em, rows.map(({ id }) => id))); // prettier-ignore
  return { orders: found.map(toOrderMessage), nextPageToken };
}

function parseCursor([createdMs = '', id = '']: Cursor): OrderCursor {
  if (!/^\d{1,15}$/.test(createdMs) || !isId(id)) {
    throw failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
  }
  return { createdMs: Number(createdMs), id };
}
