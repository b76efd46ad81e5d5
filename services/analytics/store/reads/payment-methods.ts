import type { ClickHouseClient } from '@clickhouse/client';
import type { Money } from '@shopverse/mesh/money';
import type { TimeRange } from '../../domain/time-range.ts';
import { rangeParams, select, within, type QueryLimit } from '../select.ts';

/** How payments by one method of one provider went. */
export interface MethodFigures {
  readonly provider: string;
  /** Empty when it is not known. */
  readonly method: string;
  readonly attempts: bigint;
  readonly successes: bigint;
  readonly failures: bigint;
  /** By currency. */
  readonly captured: readonly Money[];
}

/** Reads how the payments that were opened within a time went, those most tried first. */
export type ReadPaymentMethods = (range: TimeRange, limit: QueryLimit) => Promise<MethodFigures[]>;

/** A payment whose opening is not known yet counts from the first thing that is. */
const METHODS = `
  SELECT toString(provider) AS provider_name, if(succeeded_at > 0, toString(method), toString(failed_method)) AS way, toString(currency) AS code,
    toString(count()) AS attempts, toString(countIf(succeeded_at > 0)) AS successes,
    toString(countIf(failed_at > 0 AND succeeded_at <= 0)) AS failures, toString(sumIf(amount_minor, succeeded_at > 0)) AS captured
  FROM payments FINAL
  WHERE ${within('multiIf(created_at > 0, created_at, failed_at > 0, failed_at, succeeded_at)')}
  GROUP BY provider_name, way, code
  ORDER BY count() DESC, provider_name, way, code
  LIMIT 2000`;

const MOST = 200;

/** Reads them from the payments. */
export const readPaymentMethods =
  (client: ClickHouseClient): ReadPaymentMethods =>
  async (range, limit) => {
    const rows = await select<{
      provider_name: string;
      way: string;
      code: string;
      attempts: string;
      successes: string;
      failures: string;
      captured: string;
    }>(client, METHODS, rangeParams(range), limit);
    const methods = new Map<string, MethodFigures>();
    for (const row of rows) {
      const key = JSON.stringify([row.provider_name, row.way]);
      const { attempts = 0n, successes = 0n, failures = 0n, captured = [] } = methods.get(key) ?? {};
      const more = row.successes === '0' ? [] : [{ currency: row.code, minor: BigInt(row.captured) }];
      methods.set(key, {
        provider: row.provider_name,
        method: row.way,
        attempts: attempts + BigInt(row.attempts),
        successes: successes + BigInt(row.successes),
        failures: failures + BigInt(row.failures),
        captured: [...captured, ...more],
      });
    }
    return [...methods.values()].toSorted((a, b) => Number(b.attempts - a.attempts)).slice(0, MOST);
  };
