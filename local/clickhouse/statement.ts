import { literal, scalar, type ParameterValue } from './literal.ts';

/** An insert whose rows came as a payload in a format that the engine reads by itself. */
export interface RawInsert {
  readonly kind: 'insert';
  readonly table: string;
  readonly columns: readonly string[] | undefined;
  readonly format: RawFormat;
  readonly rows: Buffer;
  readonly settings: Readonly<Record<string, string>>;
}

/** Any other statement. */
export interface Statement {
  readonly kind: 'statement';
  readonly sql: string;
  /** What the answer is written in. */
  readonly format: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly settings: Readonly<Record<string, string>>;
}

const RAW_FORMATS = [
  'JSONEachRow',
  'JSONCompactEachRow',
  'CSV',
  'CSVWithNames',
  'TSV',
  'TSVWithNames',
  'TabSeparated',
  'TabSeparatedWithNames',
] as const;
/** Formats of rows that the engine reads from a payload. */
export type RawFormat = (typeof RAW_FORMATS)[number];

/** Parameters of the HTTP interface that are no settings of the engine. */
const INTERFACE_PARAMETERS = new Set(
  `query query_id database default_format user password session_id session_timeout session_check compress decompress enable_http_compression
   http_zlib_compression_level wait_end_of_query buffer_size send_progress_in_http_headers http_headers_progress_interval_ms quota_key stacktrace role
   add_http_cors_header cancel_http_readonly_queries_on_client_close http_write_exception_in_output_format async_insert wait_for_async_insert`.split(
    /\s+/,
  ),
);

const NAME = '(?:\\w+|`[^`]+`|"[^"]+")';
const INSERT = new RegExp(
  `^\\s*INSERT\\s+INTO\\s+(?:TABLE\\s+)?(${NAME}(?:\\.${NAME})?)\\s*(?:\\(([^()]*)\\))?\\s*(?:SETTINGS\\s+(.+?)\\s+)?FORMAT\\s+(\\w+)[ \\t]*;?[ \\t]*(?:\\r?\\n)?`,
  'is',
);

/** What a request to the HTTP interface asks for: `sql` in the URL or the body, with the URL's other parameters and the rest of the body. */
export function readStatement(sql: string, payload: Buffer, url: URLSearchParams): RawInsert | Statement {
  const settings = Object.fromEntries([...url].filter(([name]) => !INTERFACE_PARAMETERS.has(name) && !name.startsWith('param_')));
  const insert = INSERT.exec(sql);
  const format = RAW_FORMATS.find((known) => known === insert?.[4]);
  if (insert !== null && format !== undefined) {
    const inline = Buffer.from(sql.slice(insert[0].length));
    return {
      kind: 'insert',
      table: bare(insert[1] ?? ''),
      columns: insert[2] === undefined || insert[2].trim() === '' ? undefined : insert[2].split(',').map(bare),
      format,
      rows: inline.length === 0 ? payload : Buffer.concat([inline, payload]),
      settings: withoutAsync({ ...settings, ...settingsClause(insert[3]) }),
    };
  }
  const text = (payload.length === 0 ? sql : `${sql}\n${payload.toString()}`).replace(/[\s;]+$/, '');
  const explicit = /\bFORMAT\s+(\w+)\s*(?:SETTINGS\s[\s\S]*)?$/i.exec(text)?.[1];
  return {
    kind: 'statement',
    sql: text,
    format: explicit ?? url.get('default_format') ?? 'TabSeparated',
    parameters: parametersOf(sql, url),
    settings,
  };
}

/** Values bound to `{name: Type}`: arrays, maps and tuples come as literals, everything else escaped. */
function parametersOf(sql: string, url: URLSearchParams): Record<string, ParameterValue> {
  const given = [...url]
    .filter(([name]) => name.startsWith('param_'))
    .map(([name, value]) => [name.slice('param_'.length), value] as const);
  return Object.fromEntries(
    given.map(([name, value]) => {
      const composite = new RegExp(`\\{\\s*${name.replaceAll(/\W/g, '')}\\s*:\\s*(?:Array|Map|Tuple)`).test(sql);
      return [name, composite ? literal(value) : scalar(value)];
    }),
  );
}

function settingsClause(clause = ''): Record<string, string> {
  return Object.fromEntries(
    clause
      .split(',')
      .filter((pair) => pair.includes('='))
      .map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at).trim(), pair.slice(at + 1).trim().replaceAll(/^'|'$/g, '')]; // prettier-ignore
      }),
  );
}

/** The engine in process inserts at once, always. */
function withoutAsync(settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== 'async_insert' && name !== 'wait_for_async_insert'));
}

function bare(name: string): string {
  return name.replaceAll(/[`"]/g, '').trim();
}
