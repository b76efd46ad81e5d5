import Razorpay from 'razorpay';
import { currentCall } from '@shopverse/mesh/rpc/call';
import { traceHeaders } from '@shopverse/mesh/telemetry/client-span';

/** How Razorpay is reached. */
export interface SdkOptions {
  /** Without the /v1. */
  readonly apiUrl: string;
  readonly keyId: string;
  readonly keySecret: string;
  /** Longest time for one request, in milliseconds. */
  readonly timeoutMs: number;
}

/** What of the SDK's HTTP client (axios) is set here: neither its address nor a deadline can be given to the SDK's constructor. */
interface SdkTransport {
  readonly defaults: { baseURL?: string; timeout?: number; maxRedirects?: number };
  readonly interceptors: { readonly request: { use(before: (request: SdkRequest) => SdkRequest): unknown } };
}

interface SdkRequest {
  signal?: AbortSignal;
  readonly method?: string;
  readonly url?: string;
  readonly data?: unknown;
  readonly headers: { set(name: string, value: string): unknown };
}

/**
 * Razorpay's SDK, told where the API is, how long a request may take (and never longer than the call being handled), to pass the trace on, and to make the receipt of a
 * refund its idempotency key. The SDK has no
 * public way to do so; that its HTTP client can be had as `api.rq` is pinned by a test, and checked here so that a changed SDK can't silently go elsewhere.
 */
export function openSdk({ apiUrl, keyId, keySecret, timeoutMs }: SdkOptions): Razorpay {
  const sdk = new Razorpay({ key_id: keyId, key_secret: keySecret });
  const transport = (sdk.api as unknown as { rq?: SdkTransport }).rq;
  if (transport === undefined)
    throw new Error("This version of Razorpay's SDK hides its HTTP client; its address and deadline can't be set.");
  transport.defaults.baseURL = apiUrl.replace(/\/+$/, '');
  transport.defaults.timeout = timeoutMs;
  transport.defaults.maxRedirects = 0;
  transport.interceptors.request.use((request) => {
    const signals = [AbortSignal.timeout(timeoutMs), currentCall.getStore()?.signal].filter((signal) => signal !== undefined);
    request.signal = AbortSignal.any(signals);
    const key = refundReceipt(request);
    if (key !== undefined) request.headers.set('X-Refund-Idempotency', key);
    for (const [name, value] of Object.entries(traceHeaders())) request.headers.set(name, value);
    return request;
  });
  return sdk;
}

function refundReceipt({ method, url = '', data }: SdkRequest): string | undefined {
  if (method !== 'post' || !url.endsWith('/refund') || typeof data !== 'object' || data === null || !('receipt' in data)) return undefined;
  return typeof data.receipt === 'string' ? data.receipt : undefined;
}
