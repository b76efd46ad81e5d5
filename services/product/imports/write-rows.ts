import { stringify } from 'csv-stringify/sync';
import { decimalOf } from '../domain/decimal-amount.ts';
import { COLUMNS, type Column } from '../domain/import-row.ts';
import { attributesColumn, type StoredProduct } from '../store/stored-product.ts';
import { toCell } from './csv-injection.ts';

/** A product to be written, and what its file says of its place. */
export interface ExportedProduct extends StoredProduct {
  /** Its category's slug. */
  readonly category: string;
  readonly onHand: bigint;
}

/** How a file is written. */
export interface WriteOptions {
  readonly format: 'CSV' | 'JSON_LINES';
  readonly withoutStock: boolean;
}

/** The first row of a file: in CSV the names of the columns. */
export function headOf({ format, withoutStock }: WriteOptions): string {
  return format === 'CSV' ? csv(columnsOf(withoutStock)) : '';
}

/** A product as a row that an import reads as just what it is. */
export function rowOf(product: ExportedProduct, { format, withoutStock }: WriteOptions): string {
  const { sku, name, description, brand, category, price, onHand, imageUrls, active } = product;
  const said = { sku, name, description, brand, category, price: decimalOf(price), currency: price.currency };
  const attributes = attributesColumn(product.attributes);
  if (format === 'JSON_LINES') {
    const stock = withoutStock ? {} : { stock: Number(onHand) };
    return `${JSON.stringify({ ...said, ...stock, image_urls: imageUrls, active, attributes })}\n`;
  }
  const cells: Readonly<Record<Column, string>> = {
    ...said,
    stock: String(onHand),
    image_urls: imageUrls.join('|'),
    active: String(active),
    attributes: product.attributes.length === 0 ? '' : JSON.stringify(attributes),
  };
  return csv(columnsOf(withoutStock).map((column) => toCell(cells[column])));
}

/** What is wrong with rows, as CSV. */
export function errorsCsv(errors: readonly { readonly row: bigint; readonly field: string; readonly message: string }[]): string {
  const rows = errors.map(({ row, field, message }) => [String(row), toCell(field), toCell(message)]);
  return stringify([['row', 'field', 'message'], ...rows], OPTIONS);
}

const OPTIONS = { record_delimiter: '\r\n', quoted_match: /[\r\n]/ } as const;

function csv(cells: readonly string[]): string {
  return stringify([[...cells]], OPTIONS);
}

function columnsOf(withoutStock: boolean): readonly Column[] {
  return withoutStock ? COLUMNS.filter((column) => column !== 'stock') : COLUMNS;
}
