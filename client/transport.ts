import type { CallOptions, Calls, MethodInfo } from './calls.ts';
import { jsonLines } from './json-lines.ts';
import { httpRequest, type HttpRequest } from './request.ts';
import { wait, waitBeforeRetry, type RetryOptions } from './retry.ts';
import { ConnectionError, ShopError } from './shop-error.ts';
import type { TokenProvider } from './tokens.ts';

/** How a client reaches the shop. */
export interface ClientOptions {
  /** Where the shop is: `https://shop.example`. */
  readonly baseUrl: string;
  /** Who calls: a token, or where tokens come from. @default nobody in particular */
  readonly tokens?: TokenProvider | string;
  /** Longest time for a call and its retries, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
  readonly retry?: RetryOptions;
  /** More headers for each call, asked for each time (a traceparent, say). */
  readonly headers?: (method: MethodInfo) => Readonly<Record<string, string>>;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
}

/** Pages one iteration reads at most, against a shop whose pages never end. */
const mostPages = 100_000;

/** Makes calls over fetch: retries, idempotency keys, tokens, pages and streams. */
export class Transport implements Calls {
  readonly #options: ClientOptions;
  readonly #baseUrl: string;
  readonly #tokens: TokenProvider;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#baseUrl = options.baseUrl.replace(/\/+$/, '');
    const { tokens = { accessToken: () => undefined } } = options;
    this.#tokens = typeof tokens === 'string' ? { accessToken: () => tokens } : tokens;
  }

  async unary<Answer>(method: MethodInfo, request: object, options: CallOptions = {}): Promise<Answer> {
    const limit = AbortSignal.timeout(options.timeoutMs ?? this.#options.timeoutMs ?? 30_000);
    const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
    return this.#repeatedly(method, request, options, signal, async (response) => {
      if (method.rawAnswer === true) return (await response.blob()) as Answer;
      return (await response.json()) as Answer;
    });
  }

  async *pages<Item>(method: MethodInfo, request: object, items: string, options?: CallOptions): AsyncGenerator<Item, void, undefined> {
    let pageToken = (request as { pageToken?: string }).pageToken;
    for (let page = 0; page < mostPages; page += 1) {
      const answer = await this.unary<Record<string, unknown>>(method, { ...request, pageToken }, options);
      yield* (answer[items] ?? []) as Item[];
      pageToken = answer['nextPageToken'] as string | undefined;
      if (pageToken === undefined || pageToken === '') return;
    }
  }

  async *stream<Message>(method: MethodInfo, request: object, options: CallOptions = {}): AsyncGenerator<Message, void, undefined> {
    const begun = new AbortController();
    const signals = [begun.signal, ...(options.signal === undefined ? [] : [options.signal])];
    const late = setTimeout(() => begun.abort(new DOMException('The stream did not begin in time.', 'TimeoutError')), options.timeoutMs ?? this.#options.timeoutMs ?? 30_000); // prettier-ignore
    try {
      const response = await this.#repeatedly(method, request, options, AbortSignal.any(signals), (answer) => Promise.resolve(answer));
      clearTimeout(late);
      if (response.body === null) return;
      yield* messages<Message>(response, response.body, options.signal);
    } finally {
      clearTimeout(late);
      begun.abort();
    }
  }

  /** Tries until it succeeds, or may not be tried again. */
  async #repeatedly<Result>(
    method: MethodInfo,
    request: object,
    options: CallOptions,
    signal: AbortSignal,
    read: (response: Response) => Promise<Result>,
  ): Promise<Result> {
    const outgoing = httpRequest(this.#baseUrl, method, request);
    const key = method.takesKey ? (options.idempotencyKey ?? crypto.randomUUID()) : undefined;
    const extra = { ...this.#options.headers?.(method), ...options.headers, ...(key !== undefined && { 'idempotency-key': key }) };
    const mayRepeat = method.repeatable || key !== undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#withToken(outgoing, extra, signal, read);
      } catch (error) {
        const waitMs = mayRepeat && !signal.aborted ? waitBeforeRetry(error, attempt, this.#options.retry) : undefined;
        if (waitMs === undefined) throw error;
        await wait(waitMs, signal);
      }
    }
  }

  /** With a new token once, when the one at hand is refused; the call has done nothing then. */
  async #withToken<Result>(
    outgoing: HttpRequest,
    extra: Readonly<Record<string, string>>,
    signal: AbortSignal,
    read: (response: Response) => Promise<Result>,
  ): Promise<Result> {
    const token = await this.#tokens.accessToken();
    try {
      return await this.#once(outgoing, extra, token, signal, read);
    } catch (error) {
      if (token === undefined || !(error instanceof ShopError) || !error.is('INVALID_TOKEN')) throw error;
      const next = await this.#tokens.refresh?.(token);
      if (next === undefined) throw error;
      return this.#once(outgoing, extra, next, signal, read);
    }
  }

  async #once<Result>(
    { url, method, contentType, body }: HttpRequest,
    extra: Readonly<Record<string, string>>,
    token: string | undefined,
    signal: AbortSignal,
    read: (response: Response) => Promise<Result>,
  ): Promise<Result> {
    const headers = {
      accept: 'application/json',
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...extra,
    };
    try {
      const response = await (this.#options.fetch ?? fetch)(url, { method, headers, signal, ...(body !== undefined && { body }) });
      if (!response.ok) throw new ShopError(response.status, response.headers, parsed(await response.text()));
      return await read(response);
    } catch (error) {
      throw signal.aborted || error instanceof ShopError ? error : new ConnectionError(`${method} ${url} got no whole answer.`, { cause: error });
    } // prettier-ignore
  }
}

/** A stream that fails on its way says so in its last line. */
async function* messages<Message>(
  response: Response,
  body: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Message, void, undefined> {
  try {
    for await (const line of jsonLines(body)) {
      const { error } = line as { error?: unknown };
      if (typeof error === 'object' && error !== null) throw new ShopError(response.status, response.headers, error);
      yield line as Message;
    }
  } catch (error) {
    if (error instanceof ShopError || signal?.aborted === true) throw error;
    throw new ConnectionError('The stream broke off.', { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
