import { OrderServiceDefinition } from '@shopverse/contracts/shopverse/order/v1/order_service';
import { CategoryServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/category_service';
import { ImportServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/import_service';
import { ProductServiceDefinition } from '@shopverse/contracts/shopverse/product/v1/product_service';
import { Bells } from '@shopverse/mesh/events/bells';
import { bestEffortPublisher } from '@shopverse/mesh/events/best-effort-publisher';
import { consume } from '@shopverse/mesh/events/consume';
import { startRelay } from '@shopverse/mesh/events/relay';
import { every } from '@shopverse/mesh/lifecycle/every';
import { runService } from '@shopverse/mesh/lifecycle/run-service';
import { openPostgres } from '@shopverse/mesh/store/postgres';
import { settings } from './config.ts';
import { GROUP } from './consumers/deps.ts';
import { onOrderCancelled } from './consumers/on-order-cancelled.ts';
import { onOrderConfirmed } from './consumers/on-order-confirmed.ts';
import { endExpiredReservations } from './jobs/end-expired-reservations.ts';
import { runImports, tidyUpImports } from './jobs/run-imports.ts';
import { adjustStock, listStockMovements } from './rpc/adjust-stock.ts';
import { categoryHandlers } from './rpc/categories.ts';
import { createProduct } from './rpc/create-product.ts';
import { commitReservation, releaseReservation } from './rpc/end-reservation.ts';
import { importHandlers } from './rpc/import-handlers.ts';
import { listProductPrices } from './rpc/list-product-prices.ts';
import { listProducts } from './rpc/list-products.ts';
import { toProductMessage } from './rpc/product-message.ts';
import { batchGetProducts, getProduct, listCategories } from './rpc/read-products.ts';
import { reserveStock } from './rpc/reserve-stock.ts';
import { deleteProduct, updateProduct } from './rpc/update-product.ts';
import { startCategoryTree } from './store/category-tree.ts';
import { migrations } from './store/migrations/migrations.ts';

/** How often what imports leave behind is deleted, in milliseconds. */
const TIDY_UP_INTERVAL_MS = 60_000;

await runService('product', settings, async (service) => {
  const { config, log } = service;
  const clock = () => new Date();
  const database = await openPostgres(service, { url: config.DATABASE_URL, migrations });
  const orders = service.client(OrderServiceDefinition, 'order');
  const views = bestEffortPublisher(service);
  const tree = startCategoryTree(service, database, {
    maxEntries: config.CATEGORY_CACHE_MAX_ENTRIES,
    timeToLiveMs: config.CATEGORY_CACHE_TTL_MS,
  });
  const lowAt = BigInt(config.LOW_STOCK_THRESHOLD);

  service.serve(ProductServiceDefinition, {
    listProducts: listProducts({ database, currency: config.SHOP_CURRENCY }),
    getProduct: getProduct({ database, views, clock }),
    createProduct: createProduct({ database, clock, currency: config.SHOP_CURRENCY }),
    updateProduct: updateProduct({ database, clock, lowAt }),
    deleteProduct: deleteProduct({ database, clock }),
    listProductPrices: listProductPrices({ database }),
    adjustStock: adjustStock({ database, clock, lowAt }),
    listStockMovements: listStockMovements({ database }),
    listCategories: listCategories({ tree }),
    batchGetProducts: batchGetProducts({ database }),
    reserveStock: reserveStock({ database, timeToLiveMs: config.RESERVATION_TTL_MS, clock, lowAt }),
    commitReservation: commitReservation({ database, clock }),
    releaseReservation: releaseReservation({ database, clock }),
  });

  service.serve(CategoryServiceDefinition, categoryHandlers({ database, clock, tree }));

  const bells = new Bells({ most: config.IMPORT_WATCH_MAX_STREAMS });
  const onProgress = (importId: string) => bells.ring(importId);
  service.serve(
    ImportServiceDefinition,
    importHandlers({
      database,
      bells,
      onProgress,
      maxBytes: config.IMPORT_MAX_BYTES,
      maxStagedBytes: config.IMPORT_MAX_STAGED_BYTES,
      pollMs: config.IMPORT_WATCH_POLL_INTERVAL_MS,
      lifeMs: config.IMPORT_WATCH_MAX_LIFE_MS,
      stopping: service.signal,
    }),
  );

  startRelay(service, database);
  await consume(service, {
    group: GROUP,
    handlers: [onOrderConfirmed, onOrderCancelled].map((make) => make({ database, log, clock, lowAt })),
  });
  const sweep = endExpiredReservations({ database, orders, againMs: config.RESERVATION_RECHECK_MS, log, clock });
  every(service, 'end-expired-reservations', { intervalMs: config.RESERVATION_SWEEP_INTERVAL_MS }, sweep);
  const imports = runImports({
    database,
    log,
    clock,
    lowAt,
    currency: config.SHOP_CURRENCY,
    onProgress,
    toMessage: toProductMessage,
    batchRows: config.IMPORT_BATCH_ROWS,
    maxRowBytes: config.IMPORT_MAX_ROW_BYTES,
    leaseMs: config.IMPORT_LEASE_MS,
  });
  every(service, 'run-imports', { intervalMs: config.IMPORT_POLL_INTERVAL_MS }, imports);
  const leftovers = tidyUpImports({ database }, { uploadMs: config.IMPORT_UPLOAD_TTL_MS, keepMs: config.IMPORT_KEEP_MS });
  every(service, 'tidy-up-imports', { intervalMs: TIDY_UP_INTERVAL_MS }, leftovers);
});
