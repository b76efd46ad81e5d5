import { isSku } from './sku.ts';

/** The columns of a file of products, in the order in which they are written. */
export const COLUMNS = [
  'sku',
  'name',
  'description',
  'brand',
  'category',
  'price',
  'currency',
  'stock',
  'image_urls',
  'active',
  'attributes',
] as const;
/** See `COLUMNS`. */
export type Column = (typeof COLUMNS)[number];

/** What is wrong with a row. */
export interface RowProblem {
  /** The column; empty when it is the row as a whole. */
  readonly field: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** A row as its file has it: the text of a cell, or a value of JSON. */
export type RawRow = Readonly<Partial<Record<Column, unknown>>>;

/** What a row says of a product. What is undefined it does not say: a product that is there keeps it. */
export interface ImportRow {
  readonly sku: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly brand: string | undefined;
  /** The slug of a category, or the names from the top down: "Home > Kitchen > Cookware". */
  readonly category: string | undefined;
  /** How much, as it is written: which digits make sense depends on the currency. */
  readonly price: string | undefined;
  readonly currency: string | undefined;
  /** On hand. */
  readonly stock: bigint | undefined;
  readonly imageUrls: readonly string[] | undefined;
  readonly active: boolean | undefined;
  readonly attributes: readonly { readonly key: string; readonly value: string }[] | undefined;
}

/** Most that a row may say is on hand. */
const MOST_STOCK = 1_000_000_000_000n;

/** Reads a row. In the columns of texts and lists an empty cell empties; in all others it says nothing, as null does in JSON. */
export function readRow(raw: RawRow): { readonly row: ImportRow } | { readonly problems: readonly RowProblem[] } {
  const problems: RowProblem[] = [];
  const read = <T>(field: Column, parse: (value: unknown) => T, expected: string): T | undefined => {
    const value = raw[field];
    if (value === undefined || value === null || (value === '' && !EMPTIED.has(field))) return undefined;
    if (typeof value === 'string' && value.includes('\ufffd')) {
      problems.push({ field, message: 'has bytes that are no UTF-8: save the file as UTF-8' });
      return undefined;
    }
    const parsed = parse(value);
    if (parsed === undefined) problems.push({ field, message: expected });
    return parsed;
  };
  const row: ImportRow = {
    sku:
      read('sku', skuOrNothing, 'must be 3 to 40 capital letters, digits and hyphens, beginning with no hyphen, such as KETTLE-2L') ?? '',
    name: read('name', text, 'must be a text'),
    description: read('description', text, 'must be a text'),
    brand: read('brand', text, 'must be a text'),
    category: read('category', (value) => text(value)?.trim(), 'must be the slug of a category, or its path such as Home > Kitchen'),
    price: read('price', decimal, 'must be a number, such as 1299.00'),
    currency: read('currency', currencyCode, 'must be an ISO 4217 code such as INR'),
    stock: read('stock', stock, `must be a whole number from 0 to ${MOST_STOCK}`),
    imageUrls: read('image_urls', imageUrls, 'must be URLs with | between them'),
    active: read('active', flag, 'must be true or false'),
    attributes: read('attributes', attributes, 'must be a JSON object of texts, such as {"colour": "red"}'),
  };
  if (row.sku === '' && !problems.some(({ field }) => field === 'sku')) problems.unshift({ field: 'sku', message: 'is required' });
  return problems.length > 0 ? { problems } : { row };
}

/** The columns in which an empty cell is a value. */
const EMPTIED: ReadonlySet<Column> = new Set<Column>(['description', 'brand', 'image_urls', 'attributes']);

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function skuOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' && isSku(value.trim()) ? value.trim() : undefined;
}

function decimal(value: unknown): string | undefined {
  const written = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return /^\d+(\.\d+)?$/.test(written) ? written : undefined;
}

function currencyCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Z]{3}$/.test(value.trim()) ? value.trim() : undefined;
}

function stock(value: unknown): bigint | undefined {
  const written = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  if (!/^\d{1,13}$/.test(written)) return undefined;
  const count = BigInt(written);
  return count <= MOST_STOCK ? count : undefined;
}

function imageUrls(value: unknown): string[] | undefined {
  const parts: unknown = typeof value === 'string' ? value.split('|') : value;
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string')) return undefined;
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function flag(value: unknown): boolean | undefined {
  const written = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (written === true || written === 'true') return true;
  return written === false || written === 'false' ? false : undefined;
}

function attributes(value: unknown): { key: string; value: string }[] | undefined {
  const parsed = typeof value === 'string' ? (value.trim() === '' ? {} : json(value)) : value;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const found = Object.entries(parsed).map(([key, one]: [string, unknown]) => ({ key, value: one }));
  return found.every((one): one is { key: string; value: string } => typeof one.value === 'string') ? found : undefined;
}

function json(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
