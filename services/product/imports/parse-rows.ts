import { CsvError, parse } from 'csv-parse/sync';
import { COLUMNS, type Column, type RawRow, type RowProblem } from '../domain/import-row.ts';
import { fromCell } from './csv-injection.ts';
import type { FileRow } from './split-rows.ts';

/** A row that was read, with what it says or why it can't be read. */
export type ParsedRow = { readonly number: number } & ({ readonly raw: RawRow } | { readonly problems: readonly RowProblem[] });

/** Most columns that a row may have: those there are, and some room for the message that says which are not known. */
const MOST_CELLS = 100;
const KNOWN: ReadonlySet<string> = new Set(COLUMNS);
const LINE_ENDS = ['\r\n', '\n'];

/** A file whose first row does not name its columns. The message says how it should. */
export class BadHeader extends Error {
  override readonly name = 'BadHeader';
}

/** The columns of a CSV file by its first row. @throws BadHeader */
export function readHeader(row: FileRow | undefined): readonly Column[] {
  const known = `the columns are ${COLUMNS.join(', ')}`;
  if (row === undefined) throw new BadHeader(`The file is empty: its first row must name the columns; ${known}.`);
  if (row.problem !== undefined) throw new BadHeader(`Row 1 ${row.problem}.`);
  const [cells] = records(row.bytes) ?? [];
  if (cells === undefined) throw new BadHeader(`Row 1 is no row of CSV: it must name the columns; ${known}.`);
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const unknown = names.filter((name) => !KNOWN.has(name)).slice(0, 5);
  if (unknown.length > 0) throw new BadHeader(`Row 1 names columns that there are not: ${unknown.map((name) => JSON.stringify(name.slice(0, 40))).join(', ')}; ${known}.`); // prettier-ignore
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new BadHeader(`Row 1 names the column ${twice} twice.`);
  if (!names.includes('sku')) throw new BadHeader('Row 1 lacks the column sku, by which products are known.');
  return names as Column[];
}

/** Reads rows of CSV. Empty ones are left out. */
export function parseCsv(rows: readonly FileRow[], columns: readonly Column[]): ParsedRow[] {
  const readable = rows.filter(({ problem }) => problem === undefined);
  // All at once, which is several times as fast; when one is broken each by itself, to know which.
  const all = records(Buffer.concat(readable.map(({ bytes }) => bytes)));
  const cells = all?.length === readable.length ? all : readable.map(({ bytes }) => records(bytes)?.[0]);
  const read = new Map(readable.map((row, index) => [row, cells[index]]));
  return rows.flatMap((row): ParsedRow[] => {
    const { number, problem } = row;
    if (problem !== undefined) return [broken(number, problem)];
    const found = read.get(row);
    if (found === undefined) return [broken(number, 'is no row of CSV: put a cell with a quote (") in it in quotes, and write that quote twice')];
    if (found.length === 1 && found[0] === '') return [];
    if (found.length !== columns.length) return [broken(number, `has ${found.length} cells where the first row has ${columns.length}`)];
    return [{ number, raw: Object.fromEntries(columns.map((column, index) => [column, fromCell(found[index] ?? '')])) }];
  }); // prettier-ignore
}

/** Reads rows of JSON lines. Empty ones are left out. */
export function parseJsonLines(rows: readonly FileRow[]): ParsedRow[] {
  return rows.flatMap(({ number, bytes, problem }): ParsedRow[] => {
    if (problem !== undefined) return [broken(number, problem)];
    const line = bytes.toString().trim();
    if (line === '') return [];
    const value = json(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return [broken(number, 'is no JSON object on a line of its own')];
    const unknown = Object.keys(value).filter((key) => !KNOWN.has(key));
    if (unknown.length === 0) return [{ number, raw: value }];
    const message = `is no column; there are ${COLUMNS.join(', ')}`;
    return [{ number, problems: unknown.slice(0, 5).map((field) => ({ field: field.slice(0, 40), message })) }];
  });
}

/** The records of some text; undefined when it is no CSV. */
function records(bytes: Buffer): string[][] | undefined {
  try {
    return parse(bytes, { record_delimiter: LINE_ENDS, relax_column_count: true }).map((cells) => cells.slice(0, MOST_CELLS));
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
}

function broken(number: number, message: string): ParsedRow {
  return { number, problems: [{ field: '', message }] };
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
