import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { httpFilterType, type Extension, type TypedConfig } from '../envoy.ts';

/** A Lua filter, named for its script, that does nothing but on routes that name it (`onRoute`). */
export function luaFilter(script: URL): Extension {
  const name = basename(script.pathname, '.lua');
  return {
    name,
    typed_config: { '@type': httpFilterType('lua.v3.Lua'), source_codes: { [name]: { inline_string: readFileSync(script, 'utf8') } } },
  };
}

/** On a route: the filters run. */
export const onRoute = (...filters: readonly Extension[]): Readonly<Record<string, TypedConfig>> =>
  Object.fromEntries(filters.map(({ name }) => [name, { '@type': httpFilterType('lua.v3.LuaPerRoute'), name }]));
