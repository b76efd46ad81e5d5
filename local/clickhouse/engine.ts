import { Session } from 'chdb';
import type { RawInsert, Statement } from './statement.ts';

/** What the engine answered. */
export interface EngineAnswer {
  readonly body: Buffer;
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
}

interface Connection {
  readonly session: Session;
  database: string;
}

/** Memory limits for a laptop. */
const ARGUMENTS = [
  '--async_load_databases=0',
  '--max_server_memory_usage=1000000000',
  '--mark_cache_size=67108864',
  '--uncompressed_cache_size=0',
];
/** Requests that may wait for a connection; more are refused. */
const MAX_WAITING = 1_000;

/** An error of the engine, with ClickHouse's code. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The engine over one data folder: a few connections in this process, as no other process may open the folder. */
export class Engine {
  readonly #idle: Connection[];
  readonly #all: readonly Connection[];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  readonly version: string;

  constructor(folder: string, connections: number) {
    this.#all = Array.from({ length: connections }, () => ({
      session: new Session(folder, { connectionArgs: ARGUMENTS }),
      database: 'default',
    }));
    this.#idle = [...this.#all];
    const [first] = this.#all;
    this.version = first?.session.query('SELECT version()', 'TabSeparated').trim() ?? '';
  }

  /** Runs a statement in a database, with settings that hold for it alone. @throws EngineError */
  async run(statement: RawInsert | Statement, database: string): Promise<EngineAnswer> {
    const connection = await this.#acquire();
    try {
      if (connection.database !== database) {
        await connection.session.queryAsync(`USE ${quoted(database)}`);
        connection.database = database;
      }
      return statement.kind === 'insert' ? await insert(connection, statement) : await query(connection, statement);
    } catch (error) {
      throw asEngineError(error);
    } finally {
      this.#release(connection);
    }
  }

  close(): void {
    for (const { session } of this.#all) session.close();
  }

  async #acquire(): Promise<Connection> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#waiting.length >= MAX_WAITING) throw new EngineError(202, 'Too many simultaneous queries. (TOO_MANY_SIMULTANEOUS_QUERIES)');
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(connection: Connection): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(connection);
    else next(connection);
  }
}

async function insert({ session }: Connection, { table, columns, format, rows, settings }: RawInsert): Promise<EngineAnswer> {
  if (rows.length === 0) return { body: Buffer.alloc(0), readRows: 0, readBytes: 0, writtenRows: 0, writtenBytes: 0 };
  const { rowsWritten, bytesWritten } = await session.insert({
    table,
    values: rows,
    format,
    ...(columns === undefined ? {} : { columns }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  });
  return { body: Buffer.alloc(0), readRows: rowsWritten, readBytes: rows.length, writtenRows: rowsWritten, writtenBytes: bytesWritten };
}

async function query(connection: Connection, { sql, format, parameters, settings }: Statement): Promise<EngineAnswer> {
  const { session } = connection;
  const names = Object.keys(settings);
  if (names.length > 0)
    await session.queryAsync(`SET ${names.map((name) => `${identifier(name)} = ${value(settings[name] ?? '')}`).join(', ')}`);
  try {
    const bound = Object.keys(parameters).length > 0;
    const answer = bound ? await session.queryBindAsync(sql, parameters, { format }) : await session.queryAsync(sql, { format });
    return { body: Buffer.from(answer.bytes()), readRows: answer.rowsRead, readBytes: answer.bytesRead, writtenRows: 0, writtenBytes: 0 };
  } finally {
    // Requests of the HTTP interface keep no state between them.
    if (/^\s*USE\s/i.test(sql)) connection.database = '';
    if (names.length > 0) await session.queryAsync(`SET ${names.map((name) => `${identifier(name)} = DEFAULT`).join(', ')}`);
  }
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EngineError(
    Number(/Code:\s*(\d+)/.exec(message)?.[1] ?? 1002),
    message.replace(/^Code:\s*\d+\.\s*(?:DB::Exception:\s*)?/, ''),
  );
}

function quoted(name: string): string {
  return `\`${name.replaceAll(/[\\`]/g, '\\$&')}\``;
}

function identifier(name: string): string {
  if (!/^\w+$/.test(name))
    throw new EngineError(115, `Setting ${name} is neither a builtin setting nor started with the prefix. (UNKNOWN_SETTING)`);
  return name;
}

function value(text: string): string {
  return /^-?\d+(\.\d+)?$/.test(text) ? text : `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
