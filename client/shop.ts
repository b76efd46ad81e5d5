import { shopServices, type ShopServices } from './gen/services.ts';
import { Transport, type ClientOptions } from './transport.ts';

export type { CallOptions } from './calls.ts';
export type { ErrorReason } from './gen/error-reason.ts';
export { ConnectionError, ShopError, type FieldViolation } from './shop-error.ts';
export { SignedIn, type TokenPair, type TokenProvider } from './tokens.ts';
export type { ClientOptions, ShopServices };

/**
 * The shop: `connectShop({ baseUrl: 'https://shop.example' }).product.listProducts({ query: 'kettle' })`. Nothing is sent before the first
 * call. Calls throw ShopError when they are refused, ConnectionError when no answer comes, and the signal's reason when they are aborted.
 */
export const connectShop = (options: ClientOptions): ShopServices => shopServices(new Transport(options));
