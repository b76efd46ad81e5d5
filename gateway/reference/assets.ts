import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ContractError } from '../contract/contract-error.ts';

/** A file of the reference, as the edge gives it out. */
export interface Asset {
  /** The path clients ask for: `/docs/swagger-ui.css`. */
  readonly path: string;
  readonly contentType: string;
  readonly plain: Uint8Array;
  readonly gzipped: Uint8Array;
  /** Entity tag (RFC 9110), quotes included. */
  readonly etag: string;
}

const compress = promisify(gzip);
const page = join(import.meta.dirname, 'page');
const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** Where the page lies. The names of its files are what it asks for, relative to itself. */
export const pagePath = '/docs/';

const pageFiles: readonly (readonly [folder: string, name: string])[] = [
  [page, 'index.html'],
  [page, 'reference.css'],
  [page, 'reference.js'],
  [swaggerUi, 'swagger-ui.css'],
  [swaggerUi, 'swagger-ui-bundle.js'],
  [swaggerUi, 'favicon-32x32.png'],
];

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
};

/**
 * The OpenAPI document and the page that shows it; nothing when `openApi`, the document's file, is empty. Throws ContractError when there is
 * no such file.
 */
export async function readReference(openApi: string): Promise<Asset[]> {
  if (openApi === '') return [];
  const document = await readFile(openApi).catch(() => {
    throw new ContractError(`There is no OpenAPI document at ${openApi}: generate the contracts first (npm run generate), or set EDGE_OPENAPI to nothing.`); // prettier-ignore
  });
  return Promise.all([
    asset('/openapi.json', document),
    ...pageFiles.map(async ([folder, name]) => asset(pagePath + (name === 'index.html' ? '' : name), await readFile(join(folder, name)), extname(name))), // prettier-ignore
  ]);
}

async function asset(path: string, plain: Uint8Array, type = extname(path)): Promise<Asset> {
  return {
    path,
    contentType: contentTypes[type] ?? 'application/octet-stream',
    plain,
    gzipped: await compress(plain, { level: 9 }),
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
  };
}
