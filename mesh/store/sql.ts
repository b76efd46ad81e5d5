import { Kysely, PostgresDialect, PostgresDriver, type DatabaseConnection, type Driver, type PostgresPool } from 'kysely';
import { translatePostgresError } from './postgres-failure.ts';

/** kysely on a pool that belongs to somebody else, its errors translated (see `translatePostgresError`). */
export function sqlOn<Tables>(pool: PostgresPool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new TranslatingDialect({ pool }) });
}

class TranslatingDialect extends PostgresDialect {
  readonly #pool: PostgresPool;

  constructor(config: { pool: PostgresPool }) {
    super(config);
    this.#pool = config.pool;
  }

  override createDriver(): Driver {
    return new TranslatingDriver({ pool: this.#pool });
  }
}

class TranslatingDriver extends PostgresDriver {
  readonly #seen = new WeakSet<DatabaseConnection>();

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection().catch(rethrow);
    // kysely keeps one object a connection and releases that very object, so it is changed and not wrapped, once.
    if (!this.#seen.has(connection)) {
      this.#seen.add(connection);
      const execute = connection.executeQuery.bind(connection);
      connection.executeQuery = async (query) => execute(query).catch(rethrow) as never;
    }
    return connection;
  }
}

function rethrow(error: unknown): never {
  throw translatePostgresError(error);
}
