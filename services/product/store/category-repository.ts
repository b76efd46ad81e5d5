import { sql, type QueryExecutorProvider } from 'kysely';

/** A node of the tree. */
export interface StoredCategory {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  /** Undefined at the top. */
  readonly parentId: string | undefined;
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

/** The whole tree, parents before their children, siblings by name. */
export async function listCategories(executor: QueryExecutorProvider): Promise<StoredCategory[]> {
  const { rows } = await sql<{ id: string; name: string; slug: string; parent_id: string | null }>`
    with recursive tree (id, name, slug, parent_id, depth) as (
      select id, name, slug, parent_id, 1 from categories where parent_id is null and deleted_at is null
      union all
      select child.id, child.name, child.slug, child.parent_id, tree.depth + 1
      from tree join categories child on child.parent_id = tree.id
      where child.deleted_at is null and tree.depth < ${MAX_DEPTH}
    )
    select id, name, slug, parent_id from tree order by depth, name, id`.execute(executor);
  return rows.map(({ id, name, slug, parent_id }) => ({ id, name, slug, parentId: parent_id ?? undefined }));
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
export async function addMissingCategories(executor: QueryExecutorProvider, categories: readonly StoredCategory[]): Promise<void> {
  const column = (name: keyof StoredCategory) => categories.map((category) => category[name] ?? null);
  await sql`
    insert into categories (id, name, slug, parent_id)
    select * from unnest(${column('id')}::uuid[], ${column('name')}::text[], ${column('slug')}::text[], ${column('parentId')}::uuid[])
    on conflict (id) do nothing`.execute(executor);
}
