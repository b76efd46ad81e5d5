/** A category as an index needs it. */
export interface NamedCategory {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  /** Undefined at the top. */
  readonly parentId: string | undefined;
}

/** A category that a file names. */
export interface PlacedCategory {
  readonly id: string;
  readonly slug: string;
  /** Its name and those of all above it, for search: "Cookware Kitchen Home". */
  readonly names: string;
}

/** Finds categories by how people name them in files. */
export interface CategoryIndex {
  /** By slug, "cookware", or by the names from the top down, "Home > Kitchen > Cookware", whatever their case. Undefined for a path that two have. */
  find(text: string): PlacedCategory | undefined;
  get(id: string): PlacedCategory | undefined;
}

/** An index of a tree. @param categories parents before their children */
export function indexCategories(categories: readonly NamedCategory[]): CategoryIndex {
  const byId = new Map<string, PlacedCategory & { readonly path: string }>();
  const byText = new Map<string, PlacedCategory | undefined>();
  for (const { id, name, slug, parentId } of categories) {
    const parent = parentId === undefined ? undefined : byId.get(parentId);
    const path = parent === undefined ? pathOf(name) : `${parent.path}>${pathOf(name)}`;
    const placed = { id, slug, path, names: parent === undefined ? name : `${name} ${parent.names}` };
    byId.set(id, placed);
    byText.set(path, byText.has(path) ? undefined : placed);
  }
  // Last, as a slug is unique and a path need not be.
  for (const placed of byId.values()) byText.set(placed.slug, placed);
  return { find: (text) => byText.get(pathOf(text)), get: (id) => byId.get(id) };
}

function pathOf(text: string): string {
  return text
    .normalize('NFC')
    .split('>')
    .map((name) => name.trim().replace(/\s+/gu, ' ').toLowerCase())
    .join('>');
}
