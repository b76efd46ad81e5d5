import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';

/** Largest log of a part before it is put aside, in bytes; one older file is kept. */
const MAX_BYTES = 10 * 1024 * 1024;

/** A part's log, bounded: `order.log`, and `order.log.1` for what came before. */
export class LogFile {
  readonly path: string;
  #stream: WriteStream | undefined;
  #written = 0;
  #rotating = Promise.resolve();
  /** Last lines, for the sentence about a part that does not start. */
  readonly #last: string[] = [];

  constructor(path: string) {
    this.path = path;
  }

  async open(): Promise<void> {
    this.#written = (await stat(this.path).catch(() => undefined))?.size ?? 0;
    this.#stream = createWriteStream(this.path, { flags: 'a' });
    // A full disk must not end the supervisor: what can't be written is lost.
    this.#stream.on('error', () => {});
  }

  write(chunk: Buffer): void {
    for (const line of chunk.toString().split('\n')) if (line.trim() !== '') this.#last.push(line);
    this.#last.splice(0, Math.max(0, this.#last.length - 30));
    this.#stream?.write(chunk);
    this.#written += chunk.length;
    if (this.#written > MAX_BYTES) this.#rotate();
  }

  /** What was written last, in the words that matter: the newest line that speaks of an error, else the newest. */
  lastWords(): string {
    const line = this.#last.findLast((text) => /error|fatal|fail|can't|cannot|refused/i.test(text)) ?? this.#last.at(-1) ?? 'nothing';
    return line.slice(0, 400);
  }

  close(): void {
    this.#stream?.end();
  }

  #rotate(): void {
    this.#written = 0;
    this.#rotating = this.#rotating.then(async () => {
      this.#stream?.end();
      await rename(this.path, `${this.path}.1`).catch(() => {});
      await this.open();
    });
  }
}
