import type { Empty } from '@shopverse/contracts/google/protobuf/empty';
import { Category } from '@shopverse/contracts/shopverse/product/v1/product';
import type {
  CategoryServiceDefinition,
  CreateCategoryRequest,
  DeleteCategoryRequest,
  GetCategoryRequest,
  UpdateCategoryRequest,
} from '@shopverse/contracts/shopverse/product/v1/category_service';
import { failure, invalidField, type Failure } from '@shopverse/mesh/failure';
import type { Handlers, UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { idempotent } from '@shopverse/mesh/store/idempotency';
import type { Postgres, Transaction } from '@shopverse/mesh/store/postgres';
import { categoryName, checkPlace, slugOf } from '../domain/category.ts';
import { addCategory, changeCategory, findCategory, isInUse, listCategories, removeCategory, renameInProducts, type StoredCategory } from '../store/category-repository.ts'; // prettier-ignore
import type { CategoryTree } from '../store/category-tree.ts';
import { lockTree } from '../store/category-tree-lock.ts';
import { etagOf, toCategoryMessage } from './product-message.ts';

/** What changing the tree needs. */
export interface CategoryDeps {
  readonly database: Postgres;
  readonly clock: () => Date;
  /** Told of every change. */
  readonly tree: Pick<CategoryTree, 'forget'>;
}

/** The handlers of the category service. */
export function categoryHandlers(deps: CategoryDeps): Handlers<typeof CategoryServiceDefinition> {
  return {
    getCategory: getCategory(deps),
    createCategory: createCategory(deps),
    updateCategory: updateCategory(deps),
    deleteCategory: deleteCategory(deps),
  };
}

const notFound = (id: string): Failure => failure('CATEGORY_NOT_FOUND', 'No category with this id.', { category_id: id });
const slugTaken = (slug: string): Failure => failure('SLUG_TAKEN', 'Another category has this slug: give a slug of its own.', { slug });

/** A category. Errors: CATEGORY_NOT_FOUND. */
function getCategory({ database }: CategoryDeps): UnaryHandler<GetCategoryRequest, Category> {
  return async ({ id }) => {
    const category = await findCategory(database.sql, id);
    if (category === undefined) throw notFound(id);
    return toCategoryMessage(category);
  };
}

/** Adds a category. Errors: CATEGORY_NOT_FOUND, CATEGORY_TOO_DEEP, SLUG_TAKEN, IDEMPOTENCY_KEY_REUSED. */
function createCategory({ database, clock, tree }: CategoryDeps): UnaryHandler<CreateCategoryRequest, Category> {
  return async (request, call) => {
    const name = categoryName('name', request.name);
    return idempotent(database, call, { codec: Category }, async (claim) =>
      changing({ database, tree }, async (tx) => {
        const id = claim.resourceId;
        const parentId = request.parentId === '' ? undefined : request.parentId;
        checkPlace(await listCategories(tx.sql), id, parentId);
        const category = { id, name, slug: request.slug === '' ? slugOf(name, id) : request.slug, parentId, version: 1 };
        if ((await addCategory(tx.sql, category, clock())) === 'SLUG_TAKEN') throw slugTaken(category.slug);
        const answer = toCategoryMessage(category);
        await claim.complete(tx, answer);
        return answer;
      }),
    );
  };
}

/** Renames a category or moves it with all below it. Errors: CATEGORY_NOT_FOUND, CATEGORY_CYCLE, CATEGORY_TOO_DEEP, SLUG_TAKEN, CONCURRENT_CHANGE. */
function updateCategory({ database, clock, tree }: CategoryDeps): UnaryHandler<UpdateCategoryRequest, Category> {
  return async ({ id, category: change, updateMask = [], etag }) => {
    if (change === undefined) throw invalidField('category', 'is required');
    const named = (path: string, value: string) => (updateMask.length === 0 ? value !== '' : updateMask.includes(path));
    return changing({ database, tree }, async (tx) => {
      const before = await asSeen(tx, id, etag);
      const after = {
        ...before,
        ...(named('name', change.name) && { name: categoryName('category.name', change.name) }),
        ...(named('slug', change.slug) && { slug: change.slug === '' ? slugOf(change.name || before.name, id) : change.slug }),
        ...(named('parent_id', change.parentId) && { parentId: change.parentId === '' ? undefined : change.parentId }),
      };
      if (after.name === before.name && after.slug === before.slug && after.parentId === before.parentId) return toCategoryMessage(before);
      if (after.parentId !== before.parentId) checkPlace(await listCategories(tx.sql), id, after.parentId);
      const stored = { ...after, version: before.version + 1 };
      if ((await changeCategory(tx.sql, stored, clock())) === 'SLUG_TAKEN') throw slugTaken(after.slug);
      if (after.name !== before.name || after.parentId !== before.parentId) await renameInProducts(tx.sql, id);
      return toCategoryMessage(stored);
    });
  };
}

/** Takes a category away. Errors: CATEGORY_NOT_FOUND, CATEGORY_NOT_EMPTY, CONCURRENT_CHANGE. */
function deleteCategory({ database, clock, tree }: CategoryDeps): UnaryHandler<DeleteCategoryRequest, Empty> {
  return async ({ id, etag }) =>
    changing({ database, tree }, async (tx) => {
      await asSeen(tx, id, etag);
      if (await isInUse(tx.sql, id))
        throw failure('CATEGORY_NOT_EMPTY', 'There are products in this category, or categories below it: move them first.', {
          category_id: id,
        });
      await removeCategory(tx.sql, id, clock());
      return {};
    });
}

/** A change of the tree, by one at a time. */
async function changing<T>(
  { database, tree }: Pick<CategoryDeps, 'database' | 'tree'>,
  change: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const answer = await database.transaction(async (tx) => {
    await lockTree(tx.sql);
    return change(tx);
  });
  tree.forget();
  return answer;
}

/** The category, when it is still the one that the caller saw; an empty etag stands for any. */
async function asSeen({ sql }: Transaction, id: string, etag: string): Promise<StoredCategory> {
  const category = await findCategory(sql, id);
  if (category === undefined) throw notFound(id);
  const now = etagOf(category.version);
  if (etag === '' || etag === now) return category;
  throw failure('CONCURRENT_CHANGE', 'The category has changed since you read it; read it again.', { category_id: id, etag: now });
}
