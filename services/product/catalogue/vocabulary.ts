/** One kind of product, in all its variants. */
export interface Line {
  /** Its name without the brand: "{size} {kind} cookware set". */
  readonly name: string;
  readonly kinds: readonly string[];
  /** From the cheapest to the dearest. */
  readonly sizes: readonly string[];
  /** Price of the plainest and of the best variant, in whole rupees. */
  readonly rupees: readonly [number, number];
  /** Whether the name begins with the brand. A book's does not. */
  readonly branded: boolean;
}

/** A category that has products. */
export interface Shelf {
  readonly name: string;
  /** Sentences that are true of everything on it. */
  readonly praise: readonly string[];
  readonly lines: readonly Line[];
}

/** A category that has shelves. */
export interface Aisle {
  readonly name: string;
  readonly shelves: readonly Shelf[];
}

/** A category at the top, and who makes what is in it. All brands are made up. */
export interface Department {
  readonly name: string;
  readonly brands: readonly string[];
  /** Sentences that are true of everything in it. */
  readonly care: readonly string[];
  readonly aisles: readonly Aisle[];
}

/** `line('{size} {kind} kettle', 'steel, glass', '1 L, 2 L', [799, 1999])`: kinds and sizes by comma. */
export function line(name: string, kinds: string, sizes: string, rupees: readonly [number, number]): Line {
  return { name, kinds: words(kinds), sizes: words(sizes), rupees, branded: true };
}

/** As `line`, for what is known by its title. */
export function title(name: string, kinds: string, sizes: string, rupees: readonly [number, number]): Line {
  return { ...line(name, kinds, sizes, rupees), branded: false };
}

/** A shelf, its praise sentence by sentence. */
export function shelf(name: string, praise: string, ...lines: readonly Line[]): Shelf {
  return { name, praise: praise.split(/(?<=\.) /), lines };
}

/** An aisle. */
export function aisle(name: string, ...shelves: readonly Shelf[]): Aisle {
  return { name, shelves };
}

function words(text: string): string[] {
  return text.split(', ');
}
