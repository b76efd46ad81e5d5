import { SERVICES } from '@shopverse/local/services';
import { median, percentile } from '../median.ts';
import type { Metric } from '../result.ts';
import { LOAD_GENERATOR, type LoadResult } from './load.ts';

/** Speed of some equal loads: the median of the runs; of CreateOrder, percentiles over all of them. @param suffix of the metrics' names */
export function loadMetrics(suffix: string, results: readonly LoadResult[]): Metric[] {
  const runs = results.length;
  const goals = suffix === '';
  const createMs = results.flatMap((result) => result.createMs);
  return [
    {
      metric: `orders_per_second${suffix}`,
      value: median(results.map(({ confirmed, seconds }) => confirmed / seconds)),
      unit: 'orders/s',
      ...(goals ? { goal: '>= 80' } : {}),
      runs,
    },
    { metric: `create_order_p50_ms${suffix}`, value: percentile(createMs, 0.5), unit: 'ms', runs },
    { metric: `create_order_p99_ms${suffix}`, value: percentile(createMs, 0.99), unit: 'ms', runs },
    {
      metric: `retries_per_order${suffix}`,
      value: median(results.map(({ retries, confirmed }) => retries / confirmed)),
      unit: 'requests',
      runs,
    },
  ];
}

/** What an order costs, all together and by part. */
export function perOrder(results: readonly LoadResult[]): Metric[] {
  const runs = results.length;
  const each = (of: (result: LoadResult) => number) => median(results.map((result) => of(result) / result.confirmed));
  const parts = [...(results[0]?.cpuMs.keys() ?? [])];
  const cpu = (names: readonly string[]) => each(({ cpuMs }) => names.reduce((sum, name) => sum + (cpuMs.get(name) ?? 0), 0));
  const core = ['postgres', ...SERVICES.map(({ name }) => name)];
  const ofParts = parts.map((name) => ({ metric: `cpu_ms_per_order.${name}`, value: cpu([name]), unit: 'ms', runs }));
  const databases = Object.keys(results[0]?.statements.byDatabase ?? {});
  return [
    { metric: 'cpu_ms_per_order', value: cpu(parts.filter((name) => name !== LOAD_GENERATOR)), unit: 'ms', runs },
    { metric: 'cpu_ms_per_order.services_and_postgres', value: cpu(core), unit: 'ms', goal: '<= 18', runs },
    ...ofParts.filter(({ value }) => value >= 0.05),
    { metric: 'statements_per_order', value: each(({ statements }) => statements.statements), unit: 'statements', goal: '<= 30', runs },
    { metric: 'round_trips_per_order', value: each(({ statements }) => statements.roundTrips), unit: 'round trips', runs },
    { metric: 'nested_statements_per_order', value: each(({ statements }) => statements.nested), unit: 'statements', runs },
    ...databases.map((name) => ({
      metric: `statements_per_order.${name}`,
      value: each(({ statements }) => statements.byDatabase[name] ?? 0),
      unit: 'statements',
      runs,
    })),
  ];
}
