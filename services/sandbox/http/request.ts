import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { badRequest, Refusal } from './refusal.ts';

const LONGEST_BODY = 64 * 1024;

/** A request as its route sees it. */
export interface Request {
  /** The variable parts of the path, by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  /** The whole body as text. @throws Refusal when it is too long */
  body(): Promise<string>;
}

/** A request as it came in. */
export function requestOf(message: IncomingMessage, url: URL, params: Readonly<Record<string, string>>): Request {
  return {
    params,
    query: url.searchParams,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: () => readBody(message),
  };
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new Refusal(413, 'BAD_REQUEST_ERROR', `The body is longer than ${LONGEST_BODY} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A whole number of the query, from 0 to `max`. @throws Refusal naming it when it is none */
export function wholeNumber(name: string, text: string | null, fallback: number, max: number): number {
  const value = text === null ? fallback : Number(text);
  if (!Number.isInteger(value) || value < 0 || value > max) throw badRequest(`The ${name} must be a whole number up to ${max}.`, name);
  return value;
}

/** The JSON body, checked. @throws Refusal naming the first field that is wrong */
export async function jsonBody<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> {
  const text = await request.body();
  let value: unknown;
  try {
    value = text === '' ? {} : JSON.parse(text);
  } catch {
    throw badRequest('The body is no JSON.');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw badRequest(
    field === '' ? (issue?.message ?? 'The body is wrong.') : `${field}: ${issue?.message}`,
    field === '' ? undefined : field,
  );
}
