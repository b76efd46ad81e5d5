import { runAudit } from '@shopverse/local/audit/run-audit';
import type { Verdict } from '@shopverse/local/audit/findings';
import type { Stores } from '@shopverse/local/audit/stores';
import { lookUntil } from './look-until.ts';

const INTERVAL_MS = 500;

/** Whether every invariant holds. */
export const isClean = (audit: readonly Verdict[]): boolean => audit.every(({ holds }) => holds);

/** What the auditor says with no patience, once it has nothing to complain of, or when the time is over. */
export const cleanAudit = (stores: Stores, timeoutMs: number): Promise<readonly Verdict[]> =>
  lookUntil(() => runAudit(stores, { stepMs: 0 }), isClean, { timeoutMs, intervalMs: INTERVAL_MS });
