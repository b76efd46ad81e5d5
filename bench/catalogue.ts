import { openBenchShop, type BenchShop } from './catalogue/bench-shop.ts';
import { importAgainstCopy } from './catalogue/import-against-copy.ts';
import { logIns } from './catalogue/log-ins.ts';
import { reads } from './catalogue/reads.ts';
import { reservations } from './catalogue/reservations.ts';
import type { Metric } from './result.ts';

/**
 * The catalogue at 100,000 products (with `quick`, 10,000): what a list, a search and a product take over gRPC, next to PostgreSQL's own time for the same statements,
 * with their plans; reservations of products that all want, next to the same SQL; log-ins next to the password hashes alone; and an import next to
 * COPY of its rows. On a stack of its own, of the services that
 * have to do with it, of whose calls one in a hundred is traced.
 */
export async function catalogue({ quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const shop = await openBenchShop({ products: quick ? 10_000 : 100_000 });
  try {
    return [
      ...(await reads(shop, { quick })),
      ...(await reservations(shop, { quick })),
      ...(await logIns(shop, { quick })),
      ...(await imports(shop, { quick })),
    ];
  } finally {
    await shop.close();
  }
}

/** The last of all, as its products stay. */
async function imports({ admin, superuserUrl }: BenchShop, { quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const { importPerSecond, unchangedPerSecond, copyPerSecond } = await importAgainstCopy(admin, superuserUrl, quick ? 10_000 : 100_000);
  const ratio = importPerSecond / copyPerSecond;
  return [
    { metric: 'import_rows_per_second', value: importPerSecond, unit: 'rows/s', baseline: copyPerSecond, runs: 1 },
    { metric: 'import_unchanged_rows_per_second', value: unchangedPerSecond, unit: 'rows/s', runs: 1 },
    { metric: 'import_vs_copy_ratio', value: ratio, unit: 'x', baseline: copyPerSecond, ratio, runs: 1 },
  ];
}
