import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBrotliDecompress, createGunzip, createInflate, gzipSync } from 'node:zlib';
import { EngineError, type Engine } from './engine.ts';
import { LiteralError } from './literal.ts';
import { readStatement } from './statement.ts';

/** Who may ask. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Largest request body after decompression, in bytes. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** HTTP status of ClickHouse's error codes, where it isn't 500 (the server's own table). */
const STATUS: Readonly<Record<number, number>> = {
  6: 400, 10: 404, 26: 400, 27: 400, 36: 400, 38: 400, 42: 400, 43: 400, 46: 404, 47: 404, 53: 400, 60: 404, 62: 400, 81: 404, 115: 404, 159: 408,
  164: 403, 202: 503, 456: 400, 457: 400, 497: 403, 516: 401,
}; // prettier-ignore

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  JSON: 'application/json; charset=UTF-8',
  JSONCompact: 'application/json; charset=UTF-8',
  JSONEachRow: 'application/x-ndjson; charset=UTF-8',
  JSONCompactEachRow: 'application/x-ndjson; charset=UTF-8',
  CSV: 'text/csv; charset=UTF-8; header=absent',
  TabSeparated: 'text/tab-separated-values; charset=UTF-8',
};

/** Answers one request as ClickHouse's HTTP interface does: queries in URL or body, parameters, settings, compression, summary headers, errors by code. */
export async function answer(engine: Engine, credentials: Credentials, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://clickhouse');
  const queryId = url.searchParams.get('query_id') ?? randomUUID();
  if (url.pathname === '/ping') return void response.writeHead(200, { 'content-type': 'text/html; charset=UTF-8' }).end('Ok.\n');
  const started = performance.now();
  try {
    const body = await bodyOf(request);
    admit(credentials, request, url.searchParams);
    const inUrl = url.searchParams.get('query');
    const sql = inUrl ?? body.toString();
    if (sql.trim() === '') return void response.writeHead(200).end('Ok.\n');
    const statement = readStatement(sql, inUrl === null ? Buffer.alloc(0) : body, url.searchParams);
    const result = await engine.run(statement, url.searchParams.get('database') ?? 'default');
    const format = statement.kind === 'insert' ? undefined : statement.format;
    response.setHeader('x-clickhouse-query-id', queryId);
    response.setHeader('x-clickhouse-server-display-name', 'chdb');
    response.setHeader('x-clickhouse-timezone', 'UTC');
    if (format !== undefined) response.setHeader('x-clickhouse-format', format);
    response.setHeader('content-type', CONTENT_TYPES[format ?? ''] ?? 'text/plain; charset=UTF-8');
    response.setHeader(
      'x-clickhouse-summary',
      JSON.stringify({
        read_rows: String(result.readRows),
        read_bytes: String(result.readBytes),
        written_rows: String(result.writtenRows),
        written_bytes: String(result.writtenBytes),
        total_rows_to_read: '0',
        result_rows: String(result.writtenRows === 0 ? result.readRows : result.writtenRows),
        result_bytes: String(result.body.length),
        elapsed_ns: String(Math.round((performance.now() - started) * 1e6)),
      }),
    );
    const compress =
      url.searchParams.get('enable_http_compression') === '1' && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    if (compress) response.setHeader('content-encoding', 'gzip');
    response.writeHead(200).end(compress ? gzipSync(result.body, { level: 1 }) : result.body);
  } catch (error) {
    refuse(response, queryId, engine.version, error);
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const decoders = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress };
  const decoder = decoders[request.headers['content-encoding'] as keyof typeof decoders];
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decoder === undefined ? request : request.pipe(decoder())) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw new EngineError(241, `The request is larger than ${MAX_BODY_BYTES} bytes. (MEMORY_LIMIT_EXCEEDED)`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function admit({ user, password }: Credentials, request: IncomingMessage, url: URLSearchParams): void {
  const [, basic] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  const [givenUser, givenPassword] =
    basic === undefined
      ? [
          String(request.headers['x-clickhouse-user'] ?? url.get('user') ?? ''),
          String(request.headers['x-clickhouse-key'] ?? url.get('password') ?? ''),
        ]
      : splitOnce(Buffer.from(basic, 'base64').toString());
  if (givenUser === user && same(givenPassword, password)) return;
  throw new EngineError(
    516,
    `${givenUser}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`,
  );
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function refuse(response: ServerResponse, queryId: string, version: string, error: unknown): void {
  const code = error instanceof EngineError ? error.code : error instanceof LiteralError ? 457 : 1002;
  const message = error instanceof Error ? error.message : String(error);
  const text = `Code: ${code}. DB::Exception: ${message}${message.includes('(version ') ? '' : ` (version ${version} (official build))`}`;
  if (response.headersSent) return void response.destroy();
  response
    .writeHead(STATUS[code] ?? 500, {
      'content-type': 'text/plain; charset=UTF-8',
      'x-clickhouse-exception-code': String(code),
      'x-clickhouse-query-id': queryId,
    })
    .end(`${text}\n`);
}
