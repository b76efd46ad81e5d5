import { createReadStream, existsSync, watch } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pretty from 'pino-pretty';
import { openHome } from '../home.ts';
import { readSettings } from '../settings.ts';
import { StackError } from '../stack-error.ts';

/** Options of `shopverse logs`. */
export interface LogOptions {
  readonly follow?: boolean;
  readonly lines: string;
  readonly json?: boolean;
}

/** `shopverse logs <part>`: the log's end, made readable; with --follow it goes on as the log grows. */
export async function logs(part: string, { follow = false, lines, json = false }: LogOptions): Promise<void> {
  const count = Number(lines);
  if (!Number.isInteger(count) || count < 0) throw new StackError('--lines must be a whole number, for example 50.');
  const home = await openHome(readSettings().SHOPVERSE_HOME);
  const file = join(home.logs, `${part}.log`);
  if (!/^[\w-]+$/.test(part) || !existsSync(file)) {
    const known = (await readdir(home.logs)).filter((name) => name.endsWith('.log')).map((name) => name.slice(0, -'.log'.length));
    throw new StackError(`${part} has no log here; ${known.length === 0 ? 'nothing has run yet' : `these have: ${known.join(', ')}`}.`);
  }
  const out = json
    ? process.stdout
    : pretty({ messageKey: 'message', timestampKey: 'time', ignore: 'service', singleLine: true, colorize: process.stdout.isTTY });
  const text = await readFile(file, 'utf8');
  for (const line of text.split('\n').slice(0, -1).slice(-count)) out.write(`${line}\n`);
  if (follow) await goOn(file, Buffer.byteLength(text), out);
}

async function goOn(file: string, from: number, out: { write(chunk: Buffer): unknown }): Promise<void> {
  let at = from;
  let reading = Promise.resolve();
  const read = async () => {
    const { size } = await stat(file);
    if (size < at) at = 0; // put aside and begun anew
    if (size === at) return;
    for await (const chunk of createReadStream(file, { start: at, end: size - 1 })) out.write(chunk as Buffer);
    at = size;
  };
  watch(file, () => {
    reading = reading.then(read).catch(() => {});
  });
  await new Promise<never>(() => {});
}
