import {
  ProductServiceDefinition,
  Reservation,
  ReservationState,
  type ReserveStockRequest,
} from '@shopverse/contracts/shopverse/product/v1/product_service';
import { Product } from '@shopverse/contracts/shopverse/product/v1/product';
import { failure } from '@shopverse/mesh/failure';
import type { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { newId } from '@shopverse/mesh/ids';
import { toMessage } from '@shopverse/mesh/money';
import type { Handlers } from '@shopverse/mesh/rpc/handler';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { createLogger } from '@shopverse/mesh/telemetry/logger';

/** The product service's side of a checkout, for tests of the order service: a real server of the contract, its stock in memory. */
export class CatalogueServer {
  readonly #server: RpcServer;
  readonly #stock = new Map<string, { product: Product; left: number }>();
  /** Reservations by order id. */
  readonly reservations = new Map<string, ReserveStockRequest>();
  /** Calls by method, as they came in. */
  readonly calls: string[] = [];
  /** Runs when stock was reserved, before the answer goes out. */
  onReserved: (request: ReserveStockRequest) => Promise<void> = async () => {};

  constructor(credentials: WorkloadCredentials) {
    this.#server = new RpcServer({ credentials: credentials.server(), log: createLogger('product', 'silent') });
    const unexpected = async (): Promise<never> => {
      throw new Error('not part of a checkout');
    };
    const handlers = Object.fromEntries(Object.keys(ProductServiceDefinition.methods).map((method) => [method, unexpected]));
    this.#server.add(ProductServiceDefinition, {
      ...(handlers as unknown as Handlers<typeof ProductServiceDefinition>),
      batchGetProducts: async ({ ids }) => {
        this.calls.push('batchGetProducts');
        return {
          products: ids.flatMap((id) => {
            const entry = this.#stock.get(id);
            return entry === undefined ? [] : [{ ...entry.product, available: BigInt(entry.left) }];
          }),
        };
      },
      reserveStock: async (request) => {
        this.calls.push('reserveStock');
        this.#reserve(request);
        await this.onReserved(request);
        const { items } = this.reservations.get(request.orderId) ?? request;
        return Reservation.fromPartial({ orderId: request.orderId, state: ReservationState.ACTIVE, items });
      },
      releaseReservation: async ({ orderId }) => {
        this.calls.push('releaseReservation');
        this.#release(orderId);
        return Reservation.fromPartial({ orderId, state: ReservationState.RELEASED });
      },
    });
  }

  /** Puts a product on sale; answers its id. */
  sell({ minor = 64950n, currency = 'INR', stock = 100, active = true } = {}): string {
    const id = newId();
    this.#stock.set(id, {
      product: Product.fromPartial({ id, sku: `SKU-${id.slice(-4)}`, name: 'A thing', price: toMessage({ currency, minor }), active }),
      left: stock,
    });
    return id;
  }

  /** Changes the price of a product. */
  reprice(id: string, minor: bigint): void {
    const entry = this.#stock.get(id);
    if (entry !== undefined) entry.product = { ...entry.product, price: toMessage({ currency: 'INR', minor }) };
  }

  /** Takes a product from sale, but keeps it. */
  withdraw(id: string): void {
    const entry = this.#stock.get(id);
    if (entry !== undefined) entry.product = { ...entry.product, active: false };
  }

  /** What is left of a product. */
  left(id: string): number | undefined {
    return this.#stock.get(id)?.left;
  }

  restock(id: string, left: number): void {
    const entry = this.#stock.get(id);
    if (entry !== undefined) entry.left = left;
  }

  listen(): Promise<number> {
    return this.#server.listen('127.0.0.1:0');
  }

  close(): Promise<void> {
    return this.#server.drain(1_000);
  }

  #reserve(request: ReserveStockRequest): void {
    if (this.reservations.has(request.orderId)) return;
    for (const { productId, quantity } of request.items) {
      const left = this.#stock.get(productId)?.left ?? 0;
      if (left < quantity) throw failure('OUT_OF_STOCK', 'Not enough is left.', { product_id: productId, available: String(left) });
    }
    for (const { productId, quantity } of request.items) {
      const entry = this.#stock.get(productId);
      if (entry !== undefined) entry.left -= quantity;
    }
    this.reservations.set(request.orderId, request);
  }

  #release(orderId: string): void {
    for (const { productId, quantity } of this.reservations.get(orderId)?.items ?? []) {
      const entry = this.#stock.get(productId);
      if (entry !== undefined) entry.left += quantity;
    }
    this.reservations.delete(orderId);
  }
}
