import { failure, invalidField } from '@shopverse/mesh/failure';
import { oneLine } from './one-line.ts';

/** Most categories from the top down to one, itself included. */
export const MAX_DEPTH = 8;

/** A node of the tree. */
export interface TreeNode {
  readonly id: string;
  /** Undefined at the top. */
  readonly parentId: string | undefined;
}

/** The name of a category as it is kept. @throws Failure INVALID_REQUEST naming `field` */
export function categoryName(field: string, given: string): string {
  const name = oneLine(given);
  if (!/[^\p{C}\p{Z}\p{M}]/u.test(name)) throw invalidField(field, 'must have at least one visible character');
  return name;
}

/** A slug made of a name: its letters and digits in ASCII, "kitchen-knives"; of a name without any, what makes it `unique`. */
export function slugOf(name: string, unique: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100)
    .replace(/-+$/, '');
  return slug === '' ? `category-${unique.slice(-12)}` : slug;
}

/**
 * Whether a category may stand below `parentId` (undefined: at the top), with all that is below it now.
 *
 * @param tree every category there is
 * @throws Failure CATEGORY_NOT_FOUND (there is no such parent), CATEGORY_CYCLE, CATEGORY_TOO_DEEP
 */
export function checkPlace(tree: readonly TreeNode[], id: string, parentId: string | undefined): void {
  const parents = new Map(tree.map((node) => [node.id, node.parentId]));
  if (parentId !== undefined && !parents.has(parentId))
    throw failure('CATEGORY_NOT_FOUND', 'No category with this id.', { category_id: parentId });
  let above = 0;
  for (let at = parentId; at !== undefined; at = parents.get(at)) {
    if (at === id) throw failure('CATEGORY_CYCLE', "A category can't stand below itself.", { category_id: id, parent_id: parentId ?? '' });
    above += 1;
    // Deeper than any tree that is allowed: it ends with a refusal, whatever the data.
    if (above > MAX_DEPTH) break;
  }
  if (above + heightOf(tree, id) > MAX_DEPTH)
    throw failure('CATEGORY_TOO_DEEP', `The tree may have ${MAX_DEPTH} levels.`, { max_depth: String(MAX_DEPTH) });
}

/** Levels of a category and what is below it; 1 for one that is new or has nothing below. */
function heightOf(tree: readonly TreeNode[], id: string): number {
  const children = Map.groupBy(tree, ({ parentId }) => parentId);
  let height = 1;
  for (let level = children.get(id) ?? []; level.length > 0 && height <= MAX_DEPTH; height += 1)
    level = level.flatMap((node) => children.get(node.id) ?? []);
  return height;
}
