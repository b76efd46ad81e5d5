/** What the runtime knows of a method; generated. */
export interface MethodInfo {
  /** `shopverse.order.v1.OrderService/CreateOrder` */
  readonly rpc: string;
  readonly verb: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH';
  /** `/v1/orders/{id}:cancel` */
  readonly path: string;
  /** Fields of the request that are in the path. */
  readonly pathFields: readonly string[];
  /** What the body holds: nothing, the request less what the path has, or one of its fields (as it is when `raw`). The rest is the query. */
  readonly body: 'none' | 'rest' | { readonly field: string; readonly raw: boolean };
  /** Calling it twice is as good as once. */
  readonly repeatable: boolean;
  /** It takes an idempotency key. */
  readonly takesKey: boolean;
  /** The answer is no JSON. */
  readonly rawAnswer?: boolean;
}

/** Options of one call. */
export interface CallOptions {
  /** Ends the call, its retries and waits included. */
  readonly signal?: AbortSignal | undefined;
  /** Longest time for the call and its retries, in milliseconds; for a stream, until it begins. @default the client's */
  readonly timeoutMs?: number | undefined;
  /** For methods that take one. @default a new UUID for each call, the same for its retries */
  readonly idempotencyKey?: string | undefined;
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** How calls are made; what the generated functions stand on. */
export interface Calls {
  /** One request, one answer. */
  unary<Answer>(method: MethodInfo, request: object, options?: CallOptions): Promise<Answer>;
  /** The items of all pages, from the request's page on. */
  pages<Item>(method: MethodInfo, request: object, items: string, options?: CallOptions): AsyncGenerator<Item, void, undefined>;
  /** Messages as they come. */
  stream<Message>(method: MethodInfo, request: object, options?: CallOptions): AsyncGenerator<Message, void, undefined>;
}
