import type { NamedMigration } from '@shopverse/mesh/store/migrate';
import { AddProductAttributes } from './add-product-attributes.ts';
import { AddLowStockThreshold } from './add-low-stock-threshold.ts';
import { AddStockActor } from './add-stock-actor.ts';
import { AnnounceCategoryChanges } from './announce-category-changes.ts';
import { CreateCancelReservation } from './create-cancel-reservation.ts';
import { CreateCatalogue } from './create-catalogue.ts';
import { CreateEditDistance } from './create-edit-distance.ts';
import { CreateEndReservation } from './create-end-reservation.ts';
import { CreateImports } from './create-imports.ts';
import { CreateListIndexes } from './create-list-indexes.ts';
import { CreateProductPrices } from './create-product-prices.ts';
import { CreateReserveStock } from './create-reserve-stock.ts';
import { CreateSearchWords } from './create-search-words.ts';
import { CreateStock } from './create-stock.ts';
import { VersionCategories } from './version-categories.ts';

/** The product database's history, oldest first. */
export const migrations: readonly NamedMigration[] = [
  { name: 'product-1-create-catalogue', class: CreateCatalogue },
  { name: 'product-2-create-stock', class: CreateStock },
  { name: 'product-3-create-reserve-stock', class: CreateReserveStock },
  { name: 'product-4-create-end-reservation', class: CreateEndReservation },
  { name: 'product-5-create-search-words', class: CreateSearchWords },
  { name: 'product-6-create-cancel-reservation', class: CreateCancelReservation },
  { name: 'product-7-create-product-prices', class: CreateProductPrices },
  { name: 'product-8-add-stock-actor', class: AddStockActor },
  { name: 'product-9-version-categories', class: VersionCategories },
  { name: 'product-10-add-product-attributes', class: AddProductAttributes },
  { name: 'product-11-create-imports', class: CreateImports },
  { name: 'product-12-create-list-indexes', class: CreateListIndexes },
  { name: 'product-13-add-low-stock-threshold', class: AddLowStockThreshold },
  { name: 'product-14-create-edit-distance', class: CreateEditDistance },
  { name: 'product-15-announce-category-changes', class: AnnounceCategoryChanges },
];
