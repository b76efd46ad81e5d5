import { readFileSync } from 'node:fs';
import { httpFilterType, type Extension, type TypedConfig } from '../envoy.ts';

const script = (name: string): string => readFileSync(new URL(`streams/${name}.lua`, import.meta.url), 'utf8');

/** A Lua filter that does nothing but on routes that name its script. */
const luaFilter = (name: string): Extension => ({
  name,
  typed_config: { '@type': httpFilterType('lua.v3.Lua'), source_codes: { [name]: { inline_string: script(name) } } },
});

/**
 * Before the transcoder: one JSON object a line, and the error of a stream that failed on its way as the last of them. A transcoded answer has
 * begun with status 200 by then, and its trailers are nothing that browsers show. The transcoder's own lines have no end to hang it on; the
 * array it writes otherwise has.
 */
export const jsonLinesFilter: Extension = luaFilter('json-lines');

/** After the transcoder: notes the stream's status for `jsonLinesFilter`. */
export const noteStatusFilter: Extension = luaFilter('note-status');

/** On the route of a method that streams its answer. */
export const streamed: Readonly<Record<string, TypedConfig>> = Object.fromEntries(
  [jsonLinesFilter, noteStatusFilter].map(({ name }) => [name, { '@type': httpFilterType('lua.v3.LuaPerRoute'), name }]),
);
