import { invalidField } from '@shopverse/mesh/failure';
import type { Money } from '@shopverse/mesh/money';
import { sameAttributes, tidyAttributes, type Attribute } from './attributes.ts';
import { oneLine, withoutControls } from './one-line.ts';
import { skuOf } from './sku.ts';

/** What an admin says about a product. */
export interface ProductDraft {
  /** Empty: made from the name. */
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly brand: string;
  readonly categoryId: string;
  readonly price: Money;
  readonly imageUrls: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly initialStock: bigint;
  /** There are few when no more than this can be ordered. @default the shop's own threshold */
  readonly lowStockThreshold?: bigint | undefined;
}

/** A product that is about to be added. */
export interface NewProduct extends ProductDraft {
  readonly id: string;
  readonly active: boolean;
  readonly createdAt: Date;
}

/** Highest price, in minor units: sums of a whole order stay far within 64 bits. */
export const MAX_PRICE = 1_000_000_000_000n;

/** What a new product gets from outside its draft. */
export interface Birth {
  readonly id: string;
  readonly at: Date;
  /** The shop's currency, the only one that it sells in: ISO 4217. */
  readonly currency: string;
}

/**
 * A product from its draft: texts trimmed and in Unicode's composed form, a SKU where there is none.
 *
 * @throws Failure INVALID_REQUEST naming the field, for what the contract's rules can't say; a price must be in the shop's currency, as a cart has one total
 */
export function newProduct(draft: ProductDraft, { id, at, currency }: Birth): NewProduct {
  if (draft.price.currency !== currency) throw invalidField('price', `must be in ${currency}, the shop's currency`);
  const tidy = tidied(draft);
  return { ...draft, ...tidy, id, sku: draft.sku === '' ? skuOf(tidy.name, id) : draft.sku, active: true, createdAt: at };
}

/** What an admin may change of a product. */
export interface ProductDetails {
  readonly name: string;
  readonly description: string;
  readonly brand: string;
  readonly categoryId: string;
  readonly price: Money;
  readonly imageUrls: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly active: boolean;
  /** Undefined: the shop's own threshold. */
  readonly lowStockThreshold: bigint | undefined;
}

/**
 * The details of a product after a change, which may name any of them, tidied as for a new product. Undefined when nothing is different then.
 *
 * @param path of the product in the request, for the names of bad fields
 * @throws Failure INVALID_REQUEST naming the field; a price must stay in its currency, as carts, orders and the price history would mix two
 */
export function changedDetails(now: ProductDetails, change: Partial<ProductDetails>, path = 'product.'): ProductDetails | undefined {
  if (change.price !== undefined && change.price.currency !== now.price.currency) {
    throw invalidField(`${path}price`, `must be in ${now.price.currency}, the currency of the product`);
  }
  const details = { ...now, ...change };
  const after = { ...details, ...tidied(details, path) };
  return sameDetails(now, after) ? undefined : after;
}

function sameDetails(a: ProductDetails, b: ProductDetails): boolean {
  const plain = (['name', 'description', 'brand', 'categoryId', 'active', 'lowStockThreshold'] as const).every((key) => a[key] === b[key]);
  const images = a.imageUrls.length === b.imageUrls.length && a.imageUrls.every((url, index) => url === b.imageUrls[index]);
  return plain && images && a.price.minor === b.price.minor && sameAttributes(a.attributes, b.attributes);
}

type Tidied = Pick<ProductDetails, 'name' | 'brand' | 'description' | 'attributes'>;

/** @param path of the product in the request, for the names of bad fields */
function tidied(details: Tidied & Pick<ProductDetails, 'price'>, path = ''): Tidied {
  const name = oneLine(details.name);
  if (!/[^\p{C}\p{Z}\p{M}]/u.test(name)) throw invalidField(`${path}name`, 'must have at least one visible character');
  if (details.price.minor <= 0n) throw invalidField(`${path}price`, 'must be more than zero');
  if (details.price.minor > MAX_PRICE) throw invalidField(`${path}price`, `must be at most ${MAX_PRICE} minor units`);
  const attributes = tidyAttributes(details.attributes, `${path}attributes`);
  return { name, brand: oneLine(details.brand), description: withoutControls(details.description).trim(), attributes };
}
