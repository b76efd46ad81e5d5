import type { MethodInfo } from './calls.ts';

/** A request as fetch takes it, less what the client adds. */
export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly contentType: string | undefined;
  readonly body: string | Uint8Array<ArrayBuffer> | Blob | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Puts a request's fields where the method's route has them. Throws TypeError when a field of the path is missing. */
export function httpRequest(baseUrl: string, method: MethodInfo, request: object): HttpRequest {
  const fields = { ...request } as Record<string, unknown>;
  const take = (name: string): unknown => {
    const value = fields[name];
    delete fields[name];
    return value;
  };
  const path = method.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = take(name);
    if (typeof value !== 'string' || value === '') throw new TypeError(`${method.rpc} needs ${name}, which is part of its path.`);
    return encodeURIComponent(value);
  });
  const { body } = method;
  const content = body === 'none' ? undefined : body === 'rest' ? fields : take(body.field);
  const query = body === 'rest' ? '' : queryOf(fields);
  const raw = typeof body === 'object' && body.raw;
  return {
    url: `${baseUrl}${path}${query}`,
    method: method.verb,
    contentType: content === undefined || raw ? undefined : 'application/json',
    body: content === undefined ? undefined : raw ? (content as string | Uint8Array<ArrayBuffer> | Blob) : JSON.stringify(content, inJson),
  };
}

/** 64-bit numbers are text in proto3 JSON. */
const inJson = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

function queryOf(fields: Fields): string {
  const query = new URLSearchParams();
  add(query, '', fields);
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** Nested messages have dotted names, lists repeat theirs. */
function add(query: URLSearchParams, prefix: string, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (each instanceof Date) query.append(prefix + name, each.toISOString());
      else if (typeof each === 'object' && each !== null) add(query, `${prefix}${name}.`, each as Fields);
      else query.append(prefix + name, String(each));
    }
  }
}
