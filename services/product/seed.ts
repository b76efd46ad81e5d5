/**
 * Puts the catalogue in place where it is missing: `node services/product/seed.ts` with the product service's environment. Prints one line of JSON:
 * `{ "products", "categories", "created" }`. What goes wrong is one sentence on stderr and exit code 1.
 */
import { readConfig } from '@shopverse/mesh/config/read';
import { scriptHost } from '@shopverse/mesh/lifecycle/script-host';
import { StoppedWhileWaiting } from '@shopverse/mesh/lifecycle/wait-for';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { generateCatalogue } from './catalogue/generate.ts';
import { putInPlace } from './catalogue/put-in-place.ts';
import { settings } from './config.ts';
import { migrations } from './store/migrations/migrations.ts';

/** Longest wait for PostgreSQL, in milliseconds. */
const PATIENCE_MS = 30_000;

const host = scriptHost('product-seed', PATIENCE_MS);
try {
  const config = readConfig(settings);
  const database = await openPostgres(host, { url: config.DATABASE_URL, migrations, poolSize: 2 });
  const catalogue = generateCatalogue();
  const created = await putInPlace(database, catalogue);
  process.stdout.write(`${JSON.stringify({ products: catalogue.products.length, categories: catalogue.categories.length, created })}\n`);
} catch (error) {
  const sentence =
    error instanceof StoppedWhileWaiting
      ? `PostgreSQL did not answer within ${PATIENCE_MS / 1000} s: start it, or correct DATABASE_URL.`
      : error instanceof Error
        ? error.message
        : String(error);
  process.stderr.write(`The catalogue can't be seeded. ${sentence}\n`);
  process.exitCode = 1;
} finally {
  await host.close();
}
