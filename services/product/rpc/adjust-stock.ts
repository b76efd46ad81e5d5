import { Stock, StockMovementKind } from '@shopverse/contracts/shopverse/product/v1/product';
import type {
  AdjustStockRequest,
  ListStockMovementsRequest,
  ListStockMovementsResponse,
} from '@shopverse/contracts/shopverse/product/v1/product_service';
import { failure, invalidField } from '@shopverse/mesh/failure';
import { page, pageSize } from '@shopverse/mesh/paging';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { adjustment, type Adjustment } from '../domain/adjustment.ts';
import { adjustStored, findStock, listMovements, MOST_ON_HAND, type StoredMovement, type StoredStock } from '../store/stock-ledger.ts';
import { positionBefore } from './position-token.ts';
import { productNotFound, type ReadDeps } from './read-products.ts';
import type { LowStockDeps } from './update-product.ts';

/** Books goods that came in, or corrects what is on hand, once for a key. Errors: PRODUCT_NOT_FOUND, OUT_OF_STOCK, IDEMPOTENCY_KEY_REUSED. */
export function adjustStock({ database, clock, lowAt }: LowStockDeps): UnaryHandler<AdjustStockRequest, Stock> {
  return async ({ productId, change, kind, reason }, call) => {
    const { userId: actor } = signedIn(call);
    const received = kind === StockMovementKind.RECEIVED;
    const wanted = adjustment({ productId, change, kind: received ? 'received' : 'adjusted', reason });
    return idempotent(database, call, { codec: Stock }, (claim) =>
      database.transaction(async (tx) => {
        const stock = await adjustStored(tx, wanted, { at: clock(), actor, lowAt });
        if (stock === undefined) throw await obstacle(tx, wanted);
        const answer = toStockMessage(stock);
        await claim.complete(tx, answer);
        return answer;
      }),
    );
  };
}

/** Every movement of a product's stock, newest first, and what there is now. Errors: PRODUCT_NOT_FOUND, INVALID_PAGE_TOKEN. */
export function listStockMovements({ database }: ReadDeps): UnaryHandler<ListStockMovementsRequest, ListStockMovementsResponse> {
  return async (request) => {
    const { productId } = request;
    const query = { list: 'stock-movements', productId };
    const before = positionBefore(query, request.pageToken);
    const size = pageSize(request);
    const stock = await findStock(database.sql, productId);
    if (stock === undefined) throw productNotFound(productId);
    const { rows, nextPageToken } = page(await listMovements(database.sql, productId, before, size + 1), size, query, ({ id }) => [
      String(id),
    ]);
    return { movements: rows.map(toMovementMessage), nextPageToken, stock: toStockMessage(stock) };
  };
}

async function obstacle(tx: Transaction, { productId, change }: Adjustment) {
  const stock = await findStock(tx.sql, productId);
  if (stock === undefined) return productNotFound(productId);
  if (change > 0n) return invalidField('change', `must leave at most ${MOST_ON_HAND} on hand`);
  const available = String(stock.onHand - stock.reserved);
  return failure('OUT_OF_STOCK', 'There is not so much that is not reserved.', { product_id: productId, available });
}

function toStockMessage({ productId, onHand, reserved }: StoredStock): Stock {
  return { productId, onHand, reserved, available: onHand - reserved };
}

const kinds: Readonly<Record<string, StockMovementKind>> = {
  received: StockMovementKind.RECEIVED,
  adjusted: StockMovementKind.ADJUSTED,
  reserved: StockMovementKind.RESERVED,
  committed: StockMovementKind.COMMITTED,
  released: StockMovementKind.RELEASED,
  returned: StockMovementKind.RETURNED,
};

function toMovementMessage({ id, kind, orderId, actorId, ...movement }: StoredMovement) {
  const known = kinds[kind] ?? StockMovementKind.UNSPECIFIED;
  return { ...movement, id: String(id), kind: known, orderId: orderId ?? '', actorId: actorId ?? '' };
}
