import type { NamedMigration } from '@shopverse/mesh/store/migrate';
import { CreatePayments } from './create-payments.ts';
import { SettleDiscrepancies } from './settle-discrepancies.ts';
import { CreateRefunds } from './create-refunds.ts';

/** The payment database's history, oldest first. */
export const migrations: readonly NamedMigration[] = [
  { name: 'payment-1-create-payments', class: CreatePayments },
  { name: 'payment-2-create-refunds', class: CreateRefunds },
  { name: 'payment-3-settle-discrepancies', class: SettleDiscrepancies },
];
