import type { ListMyOrdersRequest, ListMyOrdersResponse } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { decodePageToken, page, pageSize } from '@shopverse/mesh/paging';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { listOrdersOf } from '../store/order-repository.ts';
import { toOrderMessage } from './order-message.ts';

/** The caller's orders, newest first. Errors: INVALID_PAGE_TOKEN. */
export function listMyOrders({ database }: { readonly database: Postgres }): UnaryHandler<ListMyOrdersRequest, ListMyOrdersResponse> {
  return async (request, call) => {
    const { userId } = signedIn(call);
    const query = { list: 'my-orders', customer: userId };
    const [after] = decodePageToken(query, request.pageToken, 1) ?? [];
    if (after !== undefined && !isId(after))
      throw failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
    const size = pageSize(request);
    const found = await database.read((em) => listOrdersOf(em, { customerId: userId, after, limit: size + 1 }));
    const { rows, nextPageToken } = page(found, size, query, ({ order }) => [order.id]);
    return { orders: rows.map(toOrderMessage), nextPageToken };
  };
}
