import type { NamedMigration } from '@shopverse/mesh/store/migrate';
import { CompleteOrders } from './complete-orders.ts';
import { CreateOrders } from './create-orders.ts';

/** The order database's history, oldest first. */
export const migrations: readonly NamedMigration[] = [
  { name: 'order-1-create-orders', class: CreateOrders },
  { name: 'order-2-complete-orders', class: CompleteOrders },
];
