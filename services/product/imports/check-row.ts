import { validators } from '@shopverse/contracts/validators';
import type { CreateProductRequest } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { newId } from '@shopverse/mesh/ids';
import { readRow, type ImportRow, type RowProblem } from '../domain/import-row.ts';
import type { ParsedRow } from './parse-rows.ts';

/** A row whose cells are each as they may be. */
export interface CheckedRow {
  readonly number: number;
  readonly row: ImportRow;
}

/** A row that is refused. */
export interface RefusedRow {
  readonly number: number;
  readonly problems: readonly RowProblem[];
}

/** Stands in for what a row does not say: it breaks no rule. */
const FINE: CreateProductRequest = {
  sku: '',
  name: 'name',
  description: '',
  brand: '',
  categoryId: newId(),
  price: { currencyCode: 'INR', units: 1n, nanos: 0 },
  imageUrls: [],
  initialStock: 0n,
  attributes: [],
};

const rules = validators['shopverse.product.v1.CreateProductRequest'] ?? missing();

function missing(): never {
  throw new Error('The contract has no rules for CreateProductRequest.');
}

/** Checks a row by itself: the form of its cells, then the contract's own rules of CreateProduct, so that an import lets in what the RPC does, and no more. */
export function checkRow(parsed: ParsedRow): CheckedRow | RefusedRow {
  if ('problems' in parsed) return parsed;
  const { number } = parsed;
  const read = readRow(parsed.raw);
  if ('problems' in read) return { number, problems: read.problems };
  const { row } = read;
  const said: CreateProductRequest = {
    ...FINE,
    name: row.name ?? FINE.name,
    description: row.description ?? '',
    brand: row.brand ?? '',
    imageUrls: [...(row.imageUrls ?? [])],
  };
  const violations = rules(said);
  if (violations.length === 0) return { number, row };
  return { number, problems: violations.map(({ field, message }) => ({ field, message })) };
}
