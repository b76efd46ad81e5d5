/** A row of a file as bytes. */
export interface FileRow {
  /** As a spreadsheet counts: the first row of the file is 1. */
  readonly number: number;
  /** Bytes of the file up to the end of the row, its line end included. */
  readonly end: number;
  /** Empty when there is a `problem`. */
  readonly bytes: Buffer;
  /** Why it can't be read. */
  readonly problem?: string;
}

/** Where a splitter begins. */
export interface SplitOptions {
  readonly format: 'CSV' | 'JSON_LINES';
  /** Bytes of the file before the first that `source` gives. */
  readonly offset: number;
  /** Rows before that. */
  readonly rowsBefore: number;
  /** Longest row, in bytes. A longer one has a problem, and those behind it have none. */
  readonly maxRowBytes: number;
}

const [LF, QUOTE, COMMA] = [10, 34, 44];
const BOM = Buffer.from('\ufeff');

/**
 * Splits a file into rows without reading what is in them. So it is known to the byte where a job goes on, a row of any length takes no more memory than one may have, and a row that
 * is broken takes none with it: a quote that is never closed costs the line it stands in, where a parser of the whole file would swallow the rest.
 */
export class RowSplitter {
  readonly #source: AsyncIterator<Buffer, unknown>;
  readonly #options: SplitOptions;
  #buffer: Buffer = Buffer.alloc(0);
  /** Place in the file of the buffer's first byte. */
  #base: number;
  /** Place in the buffer of the next row. */
  #at = 0;
  #row: number;
  #over = false;

  constructor(source: AsyncIterable<Buffer>, options: SplitOptions) {
    this.#source = source[Symbol.asyncIterator]();
    this.#options = options;
    this.#base = options.offset;
    this.#row = options.rowsBefore;
  }

  /** The next rows, empty ones included; fewer than `limit` only at the end of the file. */
  async take(limit: number): Promise<FileRow[]> {
    const rows: FileRow[] = [];
    while (rows.length < limit) {
      const row = await this.#next();
      if (row === undefined) break;
      rows.push(row);
    }
    return rows;
  }

  async #next(): Promise<FileRow | undefined> {
    const { format, maxRowBytes } = this.#options;
    if (this.#base + this.#at === 0) await this.#skipBom();
    for (;;) {
      const { end, quoted } = format === 'CSV' ? endOfRecord(this.#buffer, this.#at) : endOfLine(this.#buffer, this.#at);
      const length = (end ?? this.#buffer.length) - this.#at;
      if (length > maxRowBytes) return this.#broken(quoted ? UNCLOSED : `is longer than ${maxRowBytes} bytes`);
      if (end !== undefined) return this.#rowUpTo(end);
      if (await this.#more()) continue;
      if (length === 0) return undefined;
      return quoted ? this.#broken(UNCLOSED) : this.#rowUpTo(this.#buffer.length);
    }
  }

  #rowUpTo(end: number): FileRow {
    const bytes = this.#buffer.subarray(this.#at, end);
    this.#at = end;
    return { number: (this.#row += 1), end: this.#base + end, bytes };
  }

  /** The row ends with its first line, however long that is. */
  async #broken(problem: string): Promise<FileRow> {
    for (;;) {
      const lineEnd = this.#buffer.indexOf(LF, this.#at);
      this.#at = lineEnd === -1 ? this.#buffer.length : lineEnd + 1;
      if (lineEnd !== -1 || !(await this.#more())) break;
    }
    return { number: (this.#row += 1), end: this.#base + this.#at, bytes: Buffer.alloc(0), problem };
  }

  async #skipBom(): Promise<void> {
    while (this.#buffer.length < BOM.length && (await this.#more()));
    if (this.#buffer.subarray(0, BOM.length).equals(BOM)) this.#at = BOM.length;
  }

  async #more(): Promise<boolean> {
    if (this.#over) return false;
    const next = await this.#source.next();
    if (next.done === true) {
      this.#over = true;
      return false;
    }
    this.#base += this.#at;
    this.#buffer = Buffer.concat([this.#buffer.subarray(this.#at), next.value]);
    this.#at = 0;
    return true;
  }
}

const UNCLOSED = 'has a quote (") that is never closed: close it, and write a quote within a quoted cell twice';

interface End {
  /** Undefined: further on than the buffer reaches. */
  readonly end: number | undefined;
  /** Whether the buffer ends within quotes. */
  readonly quoted: boolean;
}

/** Where the CSV record ends that begins at `from`. A quote opens a cell only at its beginning (RFC 4180, 2.5). */
function endOfRecord(buffer: Buffer, from: number): End {
  let [quoted, cellBegins] = [false, true];
  for (let at = from; at < buffer.length; at += 1) {
    const byte = buffer[at];
    if (quoted) {
      if (byte !== QUOTE) continue;
      if (buffer[at + 1] === QUOTE) at += 1;
      else quoted = false;
    } else if (byte === LF) return { end: at + 1, quoted };
    else if (cellBegins && byte === QUOTE) quoted = true;
    cellBegins = !quoted && byte === COMMA;
  }
  return { end: undefined, quoted };
}

function endOfLine(buffer: Buffer, from: number): End {
  const lineEnd = buffer.indexOf(LF, from);
  return { end: lineEnd === -1 ? undefined : lineEnd + 1, quoted: false };
}
