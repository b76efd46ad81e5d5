import { availableParallelism } from 'node:os';

/** One figure of a benchmark. */
export interface Metric {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with, measured in the same run. */
  readonly baseline?: number;
  readonly ratio?: number;
  /** What we want it to be: "<= 1.25". */
  readonly goal?: string;
  /** How many interleaved runs it is the median of. */
  readonly runs: number;
  /** How PostgreSQL went about it (EXPLAIN ANALYZE), line by line; only in the JSON. */
  readonly plan?: readonly string[];
}

/** A benchmark's outcome, as `--json` prints it. */
export interface BenchResult {
  readonly name: string;
  readonly machine: { readonly cores: number; readonly node: string };
  readonly results: readonly Metric[];
}

/** Puts figures into their frame. */
export function benchResult(name: string, results: readonly Metric[]): BenchResult {
  return { name, machine: { cores: availableParallelism(), node: process.version }, results };
}

/** The figures as a table for people. */
export function table({ name, machine, results }: BenchResult): string {
  const rows = [
    ['metric', 'value', 'unit', 'baseline', 'goal', 'runs'],
    ...results.map(({ metric, value, unit, baseline, goal, runs }) => [
      metric,
      shown(value),
      unit,
      baseline === undefined ? '' : shown(baseline),
      goal ?? '',
      String(runs),
    ]),
  ];
  const widths = rows[0]?.map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 1 || column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [`${name} (${machine.cores} cores, Node ${machine.node})`, '', ...lines, ''].join('\n');
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
