import type { ClickHouseMigration } from '@shopverse/mesh/store/clickhouse';
import { figures } from './0001-figures.ts';
import { refunds } from './0002-refunds.ts';
import { moreFigures } from './0003-more-figures.ts';

/** The schema, step by step. */
export const migrations: readonly ClickHouseMigration[] = [figures, refunds, moreFigures];
