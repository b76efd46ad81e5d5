import type { Postgres } from '@shopverse/mesh/store/postgres';

/** The tables of the product database, as kysely reads them: bigints come as text. */
export interface Tables {
  readonly categories: {
    readonly id: string;
    readonly name: string;
    readonly slug: string;
    readonly parent_id: string | null;
    readonly deleted_at: Date | null;
  };
}

/** The product service's own database. */
export type ProductDatabase = Postgres<Tables>;
