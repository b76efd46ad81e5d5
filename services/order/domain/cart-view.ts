import { equals, sum, times, type Money } from '@shopverse/mesh/money';
import type { CartLine } from './cart.ts';
import type { CatalogueEntry } from './order-line.ts';

/** What the customer should know of a line before it is ordered. */
export type CartIssue = 'PRICE_CHANGED' | 'UNAVAILABLE' | 'NOT_ENOUGH_STOCK';

/** A line of a cart as it stands now. */
export interface ShownLine extends CartLine {
  /** Empty when it is not for sale. */
  readonly sku: string;
  /** Of one piece, now; undefined when it is not for sale. */
  readonly unitPrice: Money | undefined;
  readonly total: Money | undefined;
  readonly available: bigint;
  readonly issues: readonly CartIssue[];
}

/** A cart as it stands now. */
export interface CartView {
  readonly lines: readonly ShownLine[];
  /** Of all that is for sale; undefined when that is nothing, or not in one currency. */
  readonly total: Money | undefined;
  /** Whether all of it can be ordered. */
  readonly orderable: boolean;
}

/** A cart at the catalogue's prices and with its stock, and what has changed since things were added. */
export function viewOf(lines: readonly CartLine[], catalogue: ReadonlyMap<string, CatalogueEntry | undefined>): CartView {
  const shown = lines.map((line) => show(line, catalogue.get(line.productId)));
  const totals = shown.flatMap(({ total }) => total ?? []);
  const oneCurrency = new Set(totals.map(({ currency }) => currency)).size === 1;
  const obtainable = shown.every(({ issues }) => !issues.includes('UNAVAILABLE') && !issues.includes('NOT_ENOUGH_STOCK'));
  return { lines: shown, total: oneCurrency ? sum(totals) : undefined, orderable: oneCurrency && obtainable };
}

function show(line: CartLine, entry: CatalogueEntry | undefined): ShownLine {
  if (entry?.active !== true) {
    return { ...line, sku: '', unitPrice: undefined, total: undefined, available: 0n, issues: ['UNAVAILABLE'] };
  }
  const { name, sku, price, available } = entry;
  const issues: CartIssue[] = [];
  if (!equals(price, line.priceWhenAdded)) issues.push('PRICE_CHANGED');
  if (available < BigInt(line.quantity)) issues.push('NOT_ENOUGH_STOCK');
  return { ...line, name, sku, unitPrice: price, total: times(price, line.quantity), available, issues };
}
