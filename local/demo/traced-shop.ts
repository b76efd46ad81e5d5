import { randomBytes } from 'node:crypto';
import { connectShop, type ShopServices } from '@shopverse/client/shop';

/** Clients of one shop whose calls all belong to one trace (W3C Trace Context). */
export interface TracedShop {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The header for one more call of the trace. */
  readonly traceparent: () => string;
  /** A client for whom the token is; for anybody without one. */
  readonly connect: (token?: string) => ShopServices;
}

/** Begins a trace. */
export function tracedShop(baseUrl: string): TracedShop {
  const traceId = randomBytes(16).toString('hex');
  const traceparent = (): string => `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
  const connect = (token?: string): ShopServices =>
    connectShop({
      baseUrl,
      timeoutMs: 10_000,
      headers: () => ({ traceparent: traceparent() }),
      ...(token !== undefined && { tokens: token }),
    });
  return { traceId, traceparent, connect };
}
