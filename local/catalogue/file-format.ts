import { StackError } from '../stack-error.ts';

/** How a file of products is written, as the contract calls it. */
export type FileFormat = 'IMPORT_FORMAT_CSV' | 'IMPORT_FORMAT_JSON_LINES';

const NAMES: Readonly<Record<string, FileFormat>> = {
  csv: 'IMPORT_FORMAT_CSV',
  jsonl: 'IMPORT_FORMAT_JSON_LINES',
  ndjson: 'IMPORT_FORMAT_JSON_LINES',
};

/** The format that is named, or else that of the file's ending. @throws StackError when neither says */
export function formatOf(named: string | undefined, file: string | undefined): FileFormat {
  const name = named ?? /\.([a-z]+)$/i.exec(file ?? '')?.[1]?.toLowerCase() ?? (file === undefined ? 'csv' : '');
  const format = NAMES[name];
  if (format === undefined) throw new StackError('Say --format csv or --format jsonl, or let the name of the file end so.');
  return format;
}
