import type { NamedMigration } from '@shopverse/mesh/store/migrate';
import { CreateOrders } from './create-orders.ts';

/** The order database's history, oldest first. */
export const migrations: readonly NamedMigration[] = [{ name: 'order-1-create-orders', class: CreateOrders }];
