import { invalidField } from '@shopverse/mesh/failure';
import type { Money } from '@shopverse/mesh/money';
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
  readonly initialStock: bigint;
}

/** A product that is about to be added. */
export interface NewProduct extends ProductDraft {
  readonly id: string;
  readonly createdAt: Date;
}

/** Highest price, in minor units: sums of a whole order stay far within 64 bits. */
const MAX_PRICE = 1_000_000_000_000n;

/**
 * A product from its draft: texts trimmed and in Unicode's composed form, a SKU where there is none.
 *
 * @throws Failure INVALID_REQUEST naming the field, for what the contract's rules can't say
 */
export function newProduct(draft: ProductDraft, { id, at }: { readonly id: string; readonly at: Date }): NewProduct {
  const name = oneLine(draft.name);
  if (name === '') throw invalidField('name', 'must have at least one visible character');
  if (draft.price.minor <= 0n) throw invalidField('price', 'must be more than zero');
  if (draft.price.minor > MAX_PRICE) throw invalidField('price', `must be at most ${MAX_PRICE} minor units`);
  return {
    ...draft,
    id,
    sku: draft.sku === '' ? skuOf(name, id) : draft.sku,
    name,
    brand: oneLine(draft.brand),
    description: withoutControls(draft.description).trim(),
    createdAt: at,
  };
}

function oneLine(text: string): string {
  return withoutControls(text.replace(/\s+/gu, ' ')).trim();
}

/** Without control characters (but line ends and tabs), which have no business in a text and may break what shows it. PostgreSQL refuses NUL. */
function withoutControls(text: string): string {
  return text.normalize('NFC').replace(/(?![\t\n\r])\p{Cc}/gu, '');
}
