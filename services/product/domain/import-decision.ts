import { Failure } from '@shopverse/mesh/failure';
import type { Money } from '@shopverse/mesh/money';
import { amountOf } from './decimal-amount.ts';
import type { ImportRow, RowProblem } from './import-row.ts';
import { changedDetails, newProduct, type Birth, type NewProduct, type ProductDetails } from './product.ts';

/** A product that has the SKU of a row, and what there is of it. */
export interface KnownProduct extends ProductDetails {
  readonly onHand: bigint;
  readonly reserved: bigint;
}

/** What becomes of a row. */
export type Decision =
  | { readonly kind: 'refused'; readonly problems: readonly RowProblem[] }
  | { readonly kind: 'created'; readonly product: NewProduct }
  /** At least one of the two is there. */
  | { readonly kind: 'updated'; readonly details: ProductDetails | undefined; readonly onHand: bigint | undefined }
  | { readonly kind: 'unchanged' };

/** What deciding needs to know besides the row. */
export interface Surroundings {
  /** The live product with this SKU. */
  readonly known: KnownProduct | undefined;
  /** The id of the category that the row names; undefined when there is no such, or it names none. */
  readonly categoryId: string | undefined;
  /** Makes the id of a new product. */
  readonly newId: () => string;
  readonly at: Date;
  /** The shop's currency, ISO 4217: that of new products. */
  readonly currency: string;
}

/** Most that a new product may have on hand, by the contract. */
const MOST_FIRST_STOCK = 1_000_000_000n;

/**
 * What becomes of a row: a new product, a change of the one with its SKU, or nothing, when all that it says is so already. `stock` is what is on hand then,
 * never less than what is reserved.
 */
export function decide(row: ImportRow, { known, categoryId, newId, at, currency }: Surroundings): Decision {
  const problems: RowProblem[] = [];
  if (row.category !== undefined && categoryId === undefined)
    problems.push({ field: 'category', message: 'is none there is: give the slug of a category, or its path such as Home > Kitchen' });
  const price = priceOf(row, known?.price.currency ?? currency, problems);
  if (known === undefined) {
    const needed = { name: row.name, category: row.category, price: row.price };
    for (const [field, value] of Object.entries(needed))
      if (value === undefined) problems.push({ field, message: 'is required for a new product' });
    if ((row.stock ?? 0n) > MOST_FIRST_STOCK)
      problems.push({ field: 'stock', message: `must be at most ${MOST_FIRST_STOCK} for a new product` });
  } else if (row.stock !== undefined && row.stock < known.reserved)
    problems.push({ field: 'stock', message: `must be at least ${known.reserved}: so many are reserved for orders` });
  if (problems.length > 0) return { kind: 'refused', problems };
  try {
    return known === undefined ? addition(row, price, categoryId, { id: newId(), at, currency }) : change(row, price, categoryId, known);
  } catch (error) {
    if (!(error instanceof Failure) || error.options.violations === undefined) throw error;
    return { kind: 'refused', problems: error.options.violations.map(({ field, message }) => ({ field, message })) };
  }
}

function addition(row: ImportRow, price: Money | undefined, categoryId: string | undefined, birth: Birth): Decision {
  if (price === undefined || categoryId === undefined || row.name === undefined)
    throw new Error('A row without what is required was let through.');
  const { sku, name, description = '', brand = '', imageUrls = [], attributes = [], stock: initialStock = 0n } = row;
  const product = newProduct({ sku, name, description, brand, categoryId, price, imageUrls, attributes, initialStock }, birth);
  return { kind: 'created', product: { ...product, active: row.active ?? true } };
}

function change(row: ImportRow, price: Money | undefined, categoryId: string | undefined, known: KnownProduct): Decision {
  const { name, description, brand, imageUrls, active, attributes } = row;
  const said = { name, description, brand, categoryId, price, imageUrls, active, attributes };
  const changes: Partial<ProductDetails> = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const details = changedDetails(known, changes, '');
  const onHand = row.stock === undefined || row.stock === known.onHand ? undefined : row.stock;
  return details === undefined && onHand === undefined ? { kind: 'unchanged' } : { kind: 'updated', details, onHand };
}

function priceOf({ price, currency }: ImportRow, wanted: string, problems: RowProblem[]): Money | undefined {
  if (currency !== undefined && currency !== wanted) {
    problems.push({ field: 'currency', message: `must be ${wanted}, or left out` });
    return undefined;
  }
  if (price === undefined) return undefined;
  const amount = amountOf(price, wanted);
  if (amount === undefined)
    problems.push({ field: 'price', message: `must not be finer than the smallest unit of ${wanted}, such as 1299.00` });
  return amount;
}
