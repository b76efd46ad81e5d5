import { sql, type QueryExecutorProvider } from 'kysely';

/** A node of the tree. */
export interface StoredCategory {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  /** Undefined at the top. */
  readonly parentId: string | undefined;
  /** Counts the changes. */
  readonly version: number;
}

/** Deeper than any tree of departments is; ends a walk through data that is broken. */
const MAX_DEPTH = sql.lit(16);

/** The ids of a category and of all below it, as a recursive `subtree (id)` to put before a query. Served by `categories_by_parent`. */
export function subtreeOf(categoryId: string) {
  return sql`
    recursive subtree (id, depth) as (
      select id, 1 from categories where id = ${categoryId}::uuid and deleted_at is null
      union all
      select child.id, subtree.depth + 1 from subtree join categories child on child.parent_id = subtree.id
      where child.deleted_at is null and subtree.depth < ${MAX_DEPTH}
    )`;
}

/**
 * A category and all below it (undefined: all there are), each with the one right below that category whose branch it is in, as `branches (id, branch, depth)` to put
 * after "with recursive". The category itself is in none of its branches.
 */
export function branchesBelow(categoryId: string | undefined) {
  const roots =
    categoryId === undefined
      ? sql`select id, id, 1 from categories where parent_id is null and deleted_at is null`
      : sql`select id, null::uuid, 1 from categories where id = ${categoryId}::uuid and deleted_at is null`;
  return sql`
    branches (id, branch, depth) as (
      ${roots}
      union all
      select child.id, coalesce(branches.branch, child.id), branches.depth + 1 from branches join categories child on child.parent_id = branches.id
      where child.deleted_at is null and branches.depth < ${MAX_DEPTH}
    )`;
}

/** The whole tree, parents before their children, siblings by name. */
export async function listCategories(executor: QueryExecutorProvider): Promise<StoredCategory[]> {
  const { rows } = await sql<Row>`
    with recursive tree (id, name, slug, parent_id, version, depth) as (
      select id, name, slug, parent_id, version, 1 from categories where parent_id is null and deleted_at is null
      union all
      select child.id, child.name, child.slug, child.parent_id, child.version, tree.depth + 1
      from tree join categories child on child.parent_id = tree.id
      where child.deleted_at is null and tree.depth < ${MAX_DEPTH}
    )
    select id, name, slug, parent_id, version from tree order by depth, name, id`.execute(executor);
  return rows.map(toCategory);
}

/** A category. */
export async function findCategory(executor: QueryExecutorProvider, id: string): Promise<StoredCategory | undefined> {
  const { rows } = await sql<Row>`
    select id, name, slug, parent_id, version from categories where id = ${id}::uuid and deleted_at is null`.execute(executor);
  return rows.map(toCategory)[0];
}

/** Adds a category, or answers that its slug is taken. */
export async function addCategory(executor: QueryExecutorProvider, category: StoredCategory, now: Date): Promise<'ADDED' | 'SLUG_TAKEN'> {
  const { id, name, slug, parentId } = category;
  const { numAffectedRows } = await sql`
    insert into categories (id, name, slug, parent_id, created_at, updated_at)
    values (${id}, ${name}, ${slug}, ${parentId ?? null}, ${now}, ${now})
    on conflict (slug) where deleted_at is null do nothing`.execute(executor);
  return numAffectedRows === 1n ? 'ADDED' : 'SLUG_TAKEN';
}

/** Writes a category as it is after a change, or answers that its slug is taken. */
export async function changeCategory(
  executor: QueryExecutorProvider,
  category: StoredCategory,
  now: Date,
): Promise<'CHANGED' | 'SLUG_TAKEN'> {
  const { id, name, slug, parentId, version } = category;
  const { numAffectedRows } = await sql`
    update categories set name = ${name}, slug = ${slug}, parent_id = ${parentId ?? null}, version = ${version}, updated_at = ${now}
    where id = ${id} and not exists (select 1 from categories other where other.slug = ${slug} and other.id <> ${id} and other.deleted_at is null)`.execute(
    executor,
  );
  return numAffectedRows === 1n ? 'CHANGED' : 'SLUG_TAKEN';
}

/** Whether there is a live product in a category, or a category below it. Served by `products_live_in` and `categories_by_parent`. */
export async function isInUse(executor: QueryExecutorProvider, id: string): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`
    select exists (select 1 from products where category_id = ${id} and deleted_at is null)
      or exists (select 1 from categories where parent_id = ${id} and deleted_at is null) as used`.execute(executor);
  return rows[0]?.used === true;
}

/** Takes a category away; its row stays, as deleted products refer to it, and frees its slug. */
export async function removeCategory(executor: QueryExecutorProvider, id: string, now: Date): Promise<void> {
  await sql`update categories set deleted_at = ${now}, updated_at = ${now} where id = ${id}`.execute(executor);
}

/** Products that are written by one statement. */
const RENAMED_AT_ONCE = 2_000;

/** Writes the names that the products of a category, and of all below it, are found by, after a change of the tree. */
export async function renameInProducts(executor: QueryExecutorProvider, categoryId: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`with ${subtreeOf(categoryId)} select id from subtree`.execute(executor);
  for (const { id } of rows) {
    const names = (await categoryNames(executor, id)) ?? '';
    for (let changed = RENAMED_AT_ONCE; changed === RENAMED_AT_ONCE;) {
      const { numAffectedRows } = await sql`
        update products set category_names = ${names}
        where id in (select id from products where category_id = ${id} and category_names <> ${names} limit ${RENAMED_AT_ONCE})`.execute(
        executor,
      );
      changed = Number(numAffectedRows ?? 0);
    }
  }
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly parent_id: string | null;
  readonly version: number;
}

function toCategory({ id, name, slug, parent_id, version }: Row): StoredCategory {
  return { id, name, slug, parentId: parent_id ?? undefined, version };
}

/** The names of a category and of all above it, for search: "Cookware Kitchen Home". Undefined when there is no such category. */
export async function categoryNames(executor: QueryExecutorProvider, categoryId: string): Promise<string | undefined> {
  const { rows } = await sql<{ names: string | null }>`
    with recursive up (name, parent_id, depth) as (
      select name, parent_id, 1 from categories where id = ${categoryId}::uuid and deleted_at is null
      union all
      select parent.name, parent.parent_id, up.depth + 1 from up join categories parent on parent.id = up.parent_id
      where up.depth < ${MAX_DEPTH}
    )
    select string_agg(name, ' ' order by depth) as names from up`.execute(executor);
  return rows[0]?.names ?? undefined;
}

/** Adds the categories that aren't there yet, by id; parents must come before their children. */
export async function addMissingCategories(
  executor: QueryExecutorProvider,
  categories: readonly Omit<StoredCategory, 'version'>[],
): Promise<void> {
  const column = (name: keyof Omit<StoredCategory, 'version'>) => categories.map((category) => category[name] ?? null);
  await sql`
    insert into categories (id, name, slug, parent_id)
    select * from unnest(${column('id')}::uuid[], ${column('name')}::text[], ${column('slug')}::text[], ${column('parentId')}::uuid[])
    on conflict (id) do nothing`.execute(executor);
}
