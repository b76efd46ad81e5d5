import type { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import type { RpcClient } from '@shopverse/mesh/rpc/client';

/** Names that are remembered; a shop with more categories shows some reasons without. */
const MOST = 10_000;

/** The names of the categories, for the texts of reasons. Answers from memory: whoever is away at the moment, recommendations do not wait for it. */
export class CategoryNames {
  readonly #products: Pick<RpcClient<typeof ProductServiceDefinition>, 'listCategories'>;
  #names: ReadonlyMap<string, string> = new Map();

  constructor(products: Pick<RpcClient<typeof ProductServiceDefinition>, 'listCategories'>) {
    this.#products = products;
  }

  /** Empty while it is not known. */
  nameOf(categoryId: string): string {
    return this.#names.get(categoryId) ?? '';
  }

  /** Asks the product service anew; the names of before are kept when it is away. */
  async refresh(): Promise<void> {
    const { categories } = await this.#products.listCategories({});
    this.#names = new Map(categories.slice(0, MOST).map(({ id, name }) => [id, name]));
  }
}
