import { luaFilter, onRoute } from './lua.ts';

/**
 * Before the transcoder: an answer whose entity tag the client has already (If-None-Match) is 304 without a body (RFC 9110, section 13.1.2). The service has made the
 * answer all the same; what is spared is its way to the client.
 */
export const conditionalFilter = luaFilter(new URL('conditional/not-modified.lua', import.meta.url));

/** On the route of a read whose answer has an entity tag. */
export const conditional = onRoute(conditionalFilter);
