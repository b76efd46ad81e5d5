import type { ListOrderHistoryRequest, ListOrderHistoryResponse } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { failure } from '@shopverse/mesh/failure';
import { decodePageToken, page, pageSize } from '@shopverse/mesh/paging';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { listHistory } from '../store/order-history.ts';
import { toHistoryMessage } from './history-message.ts';
import { readOwnOrder } from './own-order.ts';

/** What happened to an order, oldest first: the caller's own, or any for an admin. Errors: ORDER_NOT_FOUND, INVALID_PAGE_TOKEN. */
export function listOrderHistory({
  database,
}: {
  readonly database: Postgres;
}): UnaryHandler<ListOrderHistoryRequest, ListOrderHistoryResponse> {
  return async (request, call) => {
    const caller = signedIn(call);
    const query = { list: 'order-history', order: request.id };
    const [after = '0'] = decodePageToken(query, request.pageToken, 1) ?? [];
    if (!/^\d{1,18}$/.test(after)) throw failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
    const size = pageSize(request);
    const found = await database.read(async (em) => {
      await readOwnOrder(em, caller, request.id);
      return listHistory(em, request.id, { after: BigInt(after), limit: size + 1 });
    });
    const { rows, nextPageToken } = page(found, size, query, ({ position }) => [String(position)]);
    return { entries: rows.map((entry) => toHistoryMessage(entry, caller)), nextPageToken };
  };
}
