import { failure, type Failure } from '@shopverse/mesh/failure';
import type { Money } from '@shopverse/mesh/money';
import type { OrderItem } from './order-line.ts';

/** Some of one product that a customer means to buy. */
export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
  /** As it was called when it was added: to name it when it is gone. */
  readonly name: string;
  /** What one piece cost when the customer last said how many they want. */
  readonly priceWhenAdded: Money;
  readonly addedAt: Date;
}

/** A product that is put into a cart. */
export interface AddedProduct extends OrderItem {
  readonly name: string;
  readonly price: Money;
}

/** Most products in one cart: as many as one order may have lines. */
export const MAX_LINES = 100;
/** Most pieces of one product: as many as one line of an order may have. */
export const MAX_QUANTITY = 1_000;

/** A customer's cart: its rules, nothing else. Each product is in it once. Lines stand in the order in which they were added. */
export class Cart {
  readonly #lines: Map<string, CartLine>;

  private constructor(lines: Map<string, CartLine>) {
    this.#lines = lines;
  }

  /** A cart as it was kept. */
  static restore(lines: readonly CartLine[]): Cart {
    return new Cart(new Map(lines.map((line) => [line.productId, line])));
  }

  get lines(): readonly CartLine[] {
    return [...this.#lines.values()];
  }

  /**
   * Puts some of a product beside what is there of it. Its price counts as seen.
   *
   * @throws Failure CART_LIMIT when the cart would hold too many products, or too much of this one
   */
  add({ productId, quantity, name, price }: AddedProduct, at: Date): void {
    const line = this.#lines.get(productId);
    const sum = (line?.quantity ?? 0) + quantity;
    if (sum > MAX_QUANTITY) {
      throw cartLimit(`A cart holds at most ${MAX_QUANTITY} of one product.`, {
        product_id: productId,
        max_quantity: String(MAX_QUANTITY),
      });
    }
    if (line === undefined && this.#lines.size >= MAX_LINES) {
      throw cartLimit(`A cart holds at most ${MAX_LINES} products.`, { max_products: String(MAX_LINES) });
    }
    this.#lines.set(productId, { productId, quantity: sum, name, priceWhenAdded: price, addedAt: line?.addedAt ?? at });
  }

  /**
   * Says how much of a product is wanted. Its price counts as seen; without one the old price stays.
   *
   * @throws Failure CART_ITEM_NOT_FOUND
   */
  setQuantity(productId: string, quantity: number, price?: Money): void {
    const line = this.#lines.get(productId);
    if (line === undefined) throw failure('CART_ITEM_NOT_FOUND', 'This product is not in the cart.', { product_id: productId });
    this.#lines.set(productId, { ...line, quantity, priceWhenAdded: price ?? line.priceWhenAdded });
  }

  /** Takes a product out, if it is there. */
  remove(productId: string): void {
    this.#lines.delete(productId);
  }

  clear(): void {
    this.#lines.clear();
  }

  /**
   * Takes out what was ordered; what was added meanwhile stays.
   *
   * @throws Failure CART_CHANGED when not all of it is there any more: somebody else ordered it, or took it out
   */
  takeOrdered(items: readonly OrderItem[]): void {
    for (const { productId, quantity } of items) {
      const line = this.#lines.get(productId);
      if (line === undefined || line.quantity < quantity) {
        throw failure('CART_CHANGED', 'The cart changed while it was being ordered; look at it again.', { product_id: productId });
      }
      if (line.quantity === quantity) this.#lines.delete(productId);
      else this.#lines.set(productId, { ...line, quantity: line.quantity - quantity });
    }
  }
}

function cartLimit(message: string, metadata: Readonly<Record<string, string>>): Failure {
  return failure('CART_LIMIT', message, metadata);
}
