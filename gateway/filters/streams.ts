import { luaFilter, onRoute } from './lua.ts';

/**
 * Before the transcoder: one JSON object a line, and the error of a stream that failed on its way as the last of them. A transcoded answer has
 * begun with status 200 by then, and its trailers are nothing that browsers show. The transcoder's own lines have no end to hang it on; the
 * array it writes otherwise has.
 */
export const jsonLinesFilter = luaFilter(new URL('streams/json-lines.lua', import.meta.url));

/** After the transcoder: notes the stream's status for `jsonLinesFilter`. */
export const noteStatusFilter = luaFilter(new URL('streams/note-status.lua', import.meta.url));

/** On the route of a method that streams its answer. */
export const streamed = onRoute(jsonLinesFilter, noteStatusFilter);
