import { failure, invalidField } from '@shopverse/mesh/failure';
import { times, type Money } from '@shopverse/mesh/money';

/** What a customer asks for: some of one product. */
export interface OrderItem {
  readonly productId: string;
  readonly quantity: number;
}

/** What the catalogue says of a product at the moment of the order. */
export interface CatalogueEntry {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  /** False: not sold. */
  readonly active: boolean;
  /** What there is to order. */
  readonly available: bigint;
}

/** Some of one product at the price of the moment the order was placed. */
export interface OrderLine {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: Money;
}

/** Unit price times quantity. */
export function lineTotal(line: OrderLine): Money {
  return times(line.unitPrice, line.quantity);
}

/**
 * Refuses a product that stands in two items: which quantity was meant is the client's to say.
 *
 * @throws Failure INVALID_REQUEST naming the later item
 */
export function refuseDuplicates(items: readonly OrderItem[]): void {
  const first = new Map<string, number>();
  for (const [index, { productId }] of items.entries()) {
    const id = productId.toLowerCase();
    const earlier = first.get(id);
    if (earlier !== undefined) {
      throw invalidField(`items[${index}].product_id`, `is the product of items[${earlier}]; add the quantities up in one item`);
    }
    first.set(id, index);
  }
}

/**
 * The items at the catalogue's prices.
 *
 * @param catalogue by product id
 * @throws Failure PRODUCT_NOT_FOUND for the first item that the catalogue doesn't sell
 */
export function priceItems(items: readonly OrderItem[], catalogue: ReadonlyMap<string, CatalogueEntry | undefined>): OrderLine[] {
  return items.map(({ productId, quantity }) => {
    const entry = catalogue.get(productId.toLowerCase());
    if (entry?.active !== true) throw failure('PRODUCT_NOT_FOUND', 'No such product is sold.', { product_id: productId });
    return { productId: entry.productId, sku: entry.sku, name: entry.name, quantity, unitPrice: entry.price };
  });
}

/** Whether both ask for as much of the same products. Each product stands in one item only. */
export function sameItems(a: readonly OrderItem[], b: readonly OrderItem[]): boolean {
  const wanted = new Map(a.map(({ productId, quantity }) => [productId, quantity]));
  return a.length === b.length && b.every(({ productId, quantity }) => wanted.get(productId) === quantity);
}
