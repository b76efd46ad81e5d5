import { OrderState } from '@shopverse/contracts/shopverse/order/v1/order';
import { Failure } from '@shopverse/mesh/failure';
import { newId } from '@shopverse/mesh/ids';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { ProductScene } from './product-scene.ts';

interface ModelOrder {
  readonly id: string;
  state: 'NONE' | 'ACTIVE' | 'COMMITTED' | 'RELEASED';
  cancelled: boolean;
  lines: ReadonlyMap<number, number>;
}

/** What the stock should be, by the simplest means. */
export class StockModel {
  readonly products: readonly string[];
  readonly orders: readonly ModelOrder[] = Array.from({ length: 4 }, () => ({
    id: newId(),
    state: 'NONE',
    cancelled: false,
    lines: new Map(),
  }));
  readonly #onHand: number[];

  constructor(products: readonly string[], onHand: readonly number[]) {
    this.products = products;
    this.#onHand = [...onHand];
  }

  figures(): { onHand: number; reserved: number }[] {
    return this.#onHand.map((onHand, product) => ({ onHand, reserved: this.#reserved(product) }));
  }

  /** What should be answered to a reservation. */
  reserve(order: ModelOrder, lines: ReadonlyMap<number, number>): string {
    if (order.state === 'ACTIVE') return 'OK';
    if (order.state !== 'NONE') return 'RESERVATION_ENDED';
    if (!this.#enough(lines)) return 'OUT_OF_STOCK';
    order.state = 'ACTIVE';
    order.lines = lines;
    return 'OK';
  }

  end(order: ModelOrder, end: 'COMMITTED' | 'RELEASED'): string {
    if (order.state === 'NONE') return 'RESERVATION_NOT_FOUND';
    if (order.state !== 'ACTIVE') return order.state === end ? 'OK' : 'RESERVATION_ENDED';
    order.state = end;
    if (end === 'COMMITTED') this.#take(order.lines);
    return 'OK';
  }

  /** An OrderConfirmed: 'OK', or 'DEAD' for a dead letter. */
  confirmed(order: ModelOrder): string {
    if (order.state !== 'RELEASED') return this.end(order, 'COMMITTED') === 'RESERVATION_ENDED' ? 'DEAD' : 'OK';
    if (order.cancelled) return 'OK';
    if (!this.#enough(order.lines)) return 'DEAD';
    order.state = 'COMMITTED';
    this.#take(order.lines);
    return 'OK';
  }

  /** An OrderCancelled: whatever came before it, nothing of the order is taken after it. */
  cancelled(order: ModelOrder): string {
    if (order.state === 'NONE') return 'OK';
    if (order.state === 'COMMITTED') this.#put(order.lines);
    order.state = 'RELEASED';
    order.cancelled = true;
    return 'OK';
  }

  /** An admin adds to what is on hand, or takes from it. */
  adjust(product: number, change: number): string {
    if (change < 0 && !this.#enough(new Map([[product, -change]]))) return 'OUT_OF_STOCK';
    this.#put(new Map([[product, change]]));
    return 'OK';
  }

  #enough(lines: ReadonlyMap<number, number>): boolean {
    return [...lines].every(([product, quantity]) => (this.#onHand[product] ?? 0) - this.#reserved(product) >= quantity);
  }

  #take(lines: ReadonlyMap<number, number>): void {
    for (const [product, quantity] of lines) this.#onHand[product] = (this.#onHand[product] ?? 0) - quantity;
  }

  #put(lines: ReadonlyMap<number, number>): void {
    for (const [product, quantity] of lines) this.#onHand[product] = (this.#onHand[product] ?? 0) + quantity;
  }

  #reserved(product: number): number {
    return this.orders.filter(({ state }) => state === 'ACTIVE').reduce((sum, { lines }) => sum + (lines.get(product) ?? 0), 0);
  }
}

/** What a command acts on. */
export interface Real {
  readonly shop: ProductScene;
  readonly confirmed: (orderId: string) => Promise<void>;
  readonly cancelled: (orderId: string) => Promise<void>;
}

/** Does something to the shop and, unless it happens along with others, compares what came of it with the model. */
export type Command = (model: StockModel, real: Real, options?: { readonly check?: boolean }) => Promise<void>;

/** Any commands over four orders and three products. */
export function reservationCommands(length: { minLength?: number; maxLength?: number } = { maxLength: 14 }): fc.Arbitrary<Command[]> {
  const order = fc.nat({ max: 3 });
  const lines = fc.uniqueArray(fc.tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 4 })), {
    selector: ([product]) => product,
    minLength: 1,
    maxLength: 3,
  });
  const reserve = fc.tuple(order, lines).map(([which, wanted]) =>
    command(which, {
      model: (model, chosen) => model.reserve(chosen, new Map(wanted)),
      real: ({ shop }, id, model) =>
        shop.order((client) =>
          client.reserveStock({
            orderId: id,
            items: wanted.map(([product, quantity]) => ({ productId: model.products[product] ?? '', quantity })),
          }),
        ),
    }),
  );
  const change = fc.integer({ min: -4, max: 4 }).filter((by) => by !== 0);
  const adjust = fc.tuple(fc.nat({ max: 2 }), change).map(([product, by]) =>
    command(0, {
      model: (model) => model.adjust(product, by),
      real: ({ shop }, _id, model) => shop.adjust(model.products[product] ?? '', BigInt(by)),
    }),
  );
  const others = fc.tuple(order, fc.constantFrom(...Object.values(ENDS))).map(([which, end]) => command(which, end));
  return fc.array(fc.oneof(reserve, adjust, others), length);
}

interface Step {
  readonly model: (model: StockModel, order: ModelOrder) => string;
  readonly real: (real: Real, orderId: string, model: StockModel) => Promise<unknown>;
}

const expire = (state: OrderState | undefined): Step['real'] => async ({ shop }, orderId) => {
  if (state === undefined) shop.orders.states.delete(orderId);
  else shop.orders.states.set(orderId, state);
  await shop.rows(sql`update reservations set expires_at = now() - interval '1 second' where order_id = ${orderId} and state = 'ACTIVE'`);
  await shop.sweep();
}; // prettier-ignore

const ENDS: Readonly<Record<string, Step>> = {
  commit: {
    model: (model, order) => model.end(order, 'COMMITTED'),
    real: ({ shop }, orderId) => shop.order((client) => client.commitReservation({ orderId })),
  },
  release: {
    model: (model, order) => model.end(order, 'RELEASED'),
    real: ({ shop }, orderId) => shop.order((client) => client.releaseReservation({ orderId })),
  },
  confirmed: { model: (model, order) => model.confirmed(order), real: ({ confirmed }, orderId) => confirmed(orderId) },
  cancelled: { model: (model, order) => model.cancelled(order), real: ({ cancelled }, orderId) => cancelled(orderId) },
  expireUnknown: { model: (model, order) => (model.end(order, 'RELEASED'), 'OK'), real: expire(undefined) },
  expirePending: { model: () => 'OK', real: expire(OrderState.PENDING_PAYMENT) },
  expirePaid: { model: (model, order) => (model.end(order, 'COMMITTED'), 'OK'), real: expire(OrderState.CONFIRMED) },
};

function command(which: number, { model: expected, real: act }: Step): Command {
  return async (model, real, { check = true } = {}) => {
    const order = model.orders[which];
    if (order === undefined) throw new Error('There are four orders.');
    const actual = await act(real, order.id, model).then(() => 'OK', nameOf);
    if (!check) return;
    const wanted = expected(model, order);
    if (actual !== wanted) throw new Error(`Expected ${wanted}, got ${actual}.`);
  };
}

function nameOf(error: unknown): string {
  if (error instanceof Failure) return error.reason;
  if (error instanceof Error && error.name === 'PermanentError') return 'DEAD';
  throw error;
}
