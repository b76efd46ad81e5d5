import { newId } from '@shopverse/mesh/ids';
import type { Transaction } from '@shopverse/mesh/store/postgres';
import { indexCategories, type CategoryIndex } from '../domain/category-index.ts';
import { decide, type Decision } from '../domain/import-decision.ts';
import type { RowProblem } from '../domain/import-row.ts';
import { oneLine } from '../domain/one-line.ts';
import { addProducts } from '../store/add-products.ts';
import { changeProducts } from '../store/change-products.ts';
import { listCategories } from '../store/category-repository.ts';
import { rememberSkus } from '../store/import-rows.ts';
import type { RowCounts } from '../store/import-repository.ts';
import { findBySku, lockInStock, type ProductInStock } from '../store/product-repository.ts';
import { adjustMany } from '../store/stock-ledger.ts';
import type { ToMessage } from '../store/stored-product.ts';
import { checkRow, type CheckedRow } from './check-row.ts';
import type { ParsedRow } from './parse-rows.ts';

/** What a batch belongs to. */
export interface BatchContext {
  readonly importId: string;
  /** The user who began the import. */
  readonly actor: string;
  readonly at: Date;
  /** There are few of a product when no more than this can be ordered. */
  readonly lowAt: bigint;
  /** The shop's currency, ISO 4217. */
  readonly currency: string;
  readonly toMessage: ToMessage;
}

/** What became of a batch. */
export interface BatchOutcome {
  readonly counts: RowCounts;
  readonly errors: readonly { readonly row: bigint; readonly field: string; readonly message: string }[];
}

/** Longest text that is kept of an error: names in it come from the file, control characters and all, which PostgreSQL would refuse. */
const LONGEST_MESSAGE = 300;

/**
 * Does what rows say, all in one transaction and with as many statements for a thousand rows as for one. The category tree must be kept as it is (`keepTree`). A row that is refused changes nothing.
 *
 * @throws Failure SKU_TAKEN when somebody adds one of the products at the same moment: the transaction is to be run again, and finds it
 */
export async function applyBatch(tx: Transaction, rows: readonly ParsedRow[], context: BatchContext): Promise<BatchOutcome> {
  const checked = rows.map(checkRow);
  const refused = new Map<number, readonly RowProblem[]>();
  for (const one of checked) if ('problems' in one) refused.set(one.number, one.problems);
  const fine = await firstOfTheirSku(tx, checked.filter((one) => 'row' in one), context, refused); // prettier-ignore

  const categories = indexCategories(await listCategories(tx.sql));
  const decisions = await decideAll(tx, fine, categories, context);
  const outcomes = new Map<Decision['kind'], Decided[]>();
  for (const one of decisions) outcomes.set(one.decision.kind, [...(outcomes.get(one.decision.kind) ?? []), one]);
  for (const { number, decision } of decisions) if (decision.kind === 'refused') refused.set(number, decision.problems);

  await write(tx, decisions, categories, context);
  const count = (kind: Decision['kind']) => outcomes.get(kind)?.length ?? 0;
  return {
    counts: { created: count('created'), updated: count('updated'), unchanged: count('unchanged'), refused: refused.size },
    errors: [...refused]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([number, problems]) =>
        problems.map(({ field, message }) => ({ row: BigInt(number), field: told(field), message: told(message) })),
      ),
  };
}

/** A row, what there was with its SKU, and what becomes of it. */
interface Decided {
  readonly number: number;
  readonly known: ProductInStock | undefined;
  readonly decision: Decision;
}

/** A SKU counts where it stands first: two rows that say different things of one product would make the second run of a file change what the first one did. */
async function firstOfTheirSku(
  tx: Transaction,
  rows: readonly CheckedRow[],
  { importId }: BatchContext,
  refused: Map<number, readonly RowProblem[]>,
): Promise<readonly CheckedRow[]> {
  if (rows.length === 0) return rows;
  const earlier = await rememberSkus(tx.sql, importId, rows.map(({ number, row: { sku } }) => ({ number, sku }))); // prettier-ignore
  for (const [number, first] of earlier)
    refused.set(number, [{ field: 'sku', message: `stands in row ${first} already: give each product one row` }]);
  return earlier.size === 0 ? rows : rows.filter(({ number }) => !earlier.has(number));
}

/** Products are read without locks first, as most rows of most files say what is so already; those that change are locked, and decided on again as they are then. */
async function decideAll(
  tx: Transaction,
  rows: readonly CheckedRow[],
  categories: CategoryIndex,
  { at, currency }: BatchContext,
): Promise<Decided[]> {
  const bySku = new Map((await findBySku(tx.sql, rows.map(({ row }) => row.sku))).map((product) => [product.sku, product])); // prettier-ignore
  const one = ({ number, row }: CheckedRow, known: ProductInStock | undefined): Decided => {
    const categoryId = row.category === undefined ? undefined : categories.find(row.category)?.id;
    return { number, known, decision: decide(row, { known, categoryId, newId, at, currency }) };
  };
  const first = rows.map((row) => one(row, bySku.get(row.row.sku)));
  const changing = first.flatMap(({ known, decision }) =>
    known !== undefined && decision.kind === 'updated' ? [{ known, decision }] : [],
  );
  if (changing.length === 0) return first;
  const stockToo = changing.filter(({ decision }) => decision.onHand !== undefined).map(({ known }) => known.id);
  const locked = new Map((await lockInStock(tx, changing.map(({ known }) => known.id), stockToo)).map((product) => [product.id, product])); // prettier-ignore
  const ids = new Set(changing.map(({ known }) => known.id));
  return first.map((decided, index) => {
    const row = rows[index];
    return row === undefined || decided.known === undefined || !ids.has(decided.known.id)
      ? decided
      : one(row, locked.get(decided.known.id));
  });
}

async function write(tx: Transaction, decisions: readonly Decided[], categories: CategoryIndex, context: BatchContext): Promise<void> {
  const { importId, actor, at, lowAt, toMessage } = context;
  const namesOf = (categoryId: string): string => categories.get(categoryId)?.names ?? missing(categoryId);
  const changes = decisions.flatMap(({ known, decision }) =>
    known === undefined || decision.kind !== 'updated' || decision.details === undefined
      ? []
      : [{ product: known, after: { ...decision.details, categoryNames: namesOf(decision.details.categoryId) } }],
  );
  await changeProducts(tx, changes, { at, actor, toMessage });
  const moves = decisions.flatMap(({ known, decision }) =>
    known === undefined || decision.kind !== 'updated' || decision.onHand === undefined
      ? []
      : [{ productId: known.id, change: decision.onHand - known.onHand }],
  );
  const reason = `import ${importId}`;
  const moved = await adjustMany(tx, moves, { kind: 'adjusted', reason }, { at, actor, lowAt });
  if (moved.length !== moves.length) throw new Error('The stock of a locked product could not be set.');
  const additions = decisions.flatMap(({ decision }) =>
    decision.kind === 'created' ? [{ product: decision.product, categoryNames: namesOf(decision.product.categoryId) }] : [],
  );
  // In the order of their SKUs, so that two imports of the same new products do not wait for each other in a circle.
  const ordered = additions.toSorted((a, b) => (a.product.sku < b.product.sku ? -1 : 1));
  if (ordered.length > 0) await addProducts(tx, ordered, { reason, toMessage, actor, importId });
}

function told(message: string): string {
  return oneLine(message).slice(0, LONGEST_MESSAGE);
}

function missing(categoryId: string): never {
  throw new Error(`The category ${categoryId} is not in the tree.`);
}
