import { randomBytes } from 'node:crypto';

/** Longest time for one request, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** An answer that is not the one that was needed. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/** What a request may carry. */
export interface RestRequest {
  readonly body?: unknown;
  readonly token?: string;
  readonly idempotencyKey?: string;
}

/** Talks to the edge's REST as any client would. All requests of one instance belong to one trace. */
export class RestClient {
  readonly #base: string;
  /** 32 hexadecimal digits (W3C Trace Context). */
  readonly traceId = randomBytes(16).toString('hex');

  constructor(base: string) {
    this.#base = base;
  }

  get<Answer>(path: string, request: RestRequest = {}): Promise<Answer> {
    return this.#send<Answer>('GET', path, request);
  }

  post<Answer>(path: string, request: RestRequest = {}): Promise<Answer> {
    return this.#send<Answer>('POST', path, request);
  }

  async #send<Answer>(method: string, path: string, { body, token, idempotencyKey }: RestRequest): Promise<Answer> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        traceparent: `00-${this.traceId}-${randomBytes(8).toString('hex')}-01`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new UnexpectedAnswer(`${method} ${path} got no answer from ${this.#base}: ${reasonOf(error)}.`);
    });
    const text = await response.text();
    if (!response.ok) throw new UnexpectedAnswer(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as Answer;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
