import { filterName, overwrite, type Route } from '../envoy.ts';
import { tokenIgnored } from '../filters/jwt.ts';
import { unlimited } from '../filters/rate-limit.ts';
import { everybody } from '../filters/rbac.ts';
import { notTranscoded } from '../filters/transcoder.ts';
import { pagePath, type Asset } from './assets.ts';

/** Where Envoy reads the two forms of an asset. */
export type AssetFile = (asset: Asset, form: 'plain' | 'gzip') => string;

/**
 * The page runs its own scripts and styles and talks to this edge, and to nobody else (Content Security Policy 3). Swagger UI's pictures are
 * in its styles.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Routes that answer from memory: not again what the client has, compressed for who takes it, as it is otherwise. */
export function assetRoutes(assets: readonly Asset[], fileOf: AssetFile): Route[] {
  if (assets.length === 0) return [];
  const slash: Route = { ...route('docs', pagePath.slice(0, -1), []), redirect: { path_redirect: pagePath, response_code: 'FOUND' } };
  return [slash, ...assets.flatMap((asset) => routesOf(asset, fileOf))];
}

function routesOf(asset: Asset, fileOf: AssetFile): Route[] {
  const known = header('if-none-match', { contains: asset.etag });
  const compressed = header('accept-encoding', { contains: 'gzip' });
  const answer = (form: 'plain' | 'gzip', conditions: readonly object[], headers: Readonly<Record<string, string>> = {}): Route => ({
    ...route(asset.path, asset.path, conditions),
    direct_response: { status: 200, body: { filename: fileOf(asset, form) } },
    response_headers_to_add: headersOf(asset, { 'content-type': asset.contentType, ...headers }),
  });
  return [
    { ...route(asset.path, asset.path, [known]), direct_response: { status: 304 }, response_headers_to_add: headersOf(asset, {}) },
    answer('gzip', [compressed], { 'content-encoding': 'gzip' }),
    answer('plain', []),
  ];
}

const headersOf = (asset: Asset, more: Readonly<Record<string, string>>) =>
  Object.entries({
    'cache-control': 'no-cache',
    etag: asset.etag,
    vary: 'accept-encoding',
    ...(asset.path.startsWith(pagePath) && { 'content-security-policy': pagePolicy }),
    ...more,
  }).map(([name, value]) => overwrite(name, value));

const route = (name: string, path: string, conditions: readonly object[]): Route => ({
  name,
  match: { path, headers: [header(':method', { safe_regex: { regex: 'GET|HEAD' } }), ...conditions] },
  decorator: { operation: 'reference', propagate: false },
  typed_per_filter_config: {
    [filterName('jwt_authn')]: tokenIgnored,
    [filterName('rbac')]: everybody,
    ...unlimited,
    [filterName('grpc_json_transcoder')]: notTranscoded,
  },
});

const header = (name: string, string_match: object) => ({ name, string_match });
