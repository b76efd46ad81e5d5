import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The encoder of a map's entry, as ts-proto writes it; its message type is named <Message>_<Field>Entry. */
const entryEncoder = /export const \w+Entry: MessageFns<\w+Entry> = \{\n {2}encode\([^]*?\n {4}return writer;/g;
const skippedDefault = /^ {4}if \(message\.(?:key|value)(?:\.length)? !== (?!undefined)[^]*?\) \{\n([^]*?)^ {4}\}\n/gm;

/**
 * Makes the generated encoders in `folder` write the key and the value of every map entry, defaults included, as other languages do.
 * ts-proto leaves out a key or value that is the default ('' / 0 / false). Protobuf allows that, but Envoy's gRPC-JSON transcoder crashes
 * on it (protocolbuffers/protobuf issue 26885).
 */
export async function writeMapEntriesInFull(folder: string): Promise<void> {
  for await (const file of glob('**/*.ts', { cwd: folder })) {
    const source = await readFile(join(folder, file), 'utf8');
    const changed = withFullMapEntries(source);
    if (changed !== source) await writeFile(join(folder, file), changed);
  }
}

/** The same for the text of one generated file. */
export const withFullMapEntries = (source: string): string =>
  source.replace(entryEncoder, (encoder) => encoder.replace(skippedDefault, (_, statement: string) => statement.replace(/^ {2}/gm, '')));
