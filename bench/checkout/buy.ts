import { backoffMs, sleep } from '@shopverse/mesh/backoff';
import { newId } from '@shopverse/mesh/ids';
import type { KeepAliveClient, Reply } from './keep-alive-client.ts';
import type { Buyer, Shop } from './shop.ts';

/** What is wanted. */
export interface Item {
  readonly productId: string;
  readonly quantity: number;
}

/** How a purchase went. */
export type Purchase =
  | { readonly kind: 'confirmed'; readonly orderId: string; /** Of CreateOrder, in milliseconds. */ readonly createMs: number }
  | { readonly kind: 'out_of_stock' };

const shippingAddress = {
  recipient: 'Ravi Iyer',
  street: '4 Park Street',
  city: 'Kolkata',
  state: 'West Bengal',
  postalCode: '700016',
  countryCode: 'IN',
};

/** Answers after which a client sends the same request with the same key again: overload, something away, another try still at it. */
const PASSING: ReadonlySet<number> = new Set([429, 503, 504]);
const TRIES = 12;

/**
 * The whole story of one order: placed and paid through the edge, money taken at the sandbox, whose webhook and all events after it end in CONFIRMED.
 *
 * @param retried is called for each request that is sent again
 * @throws Error when anything but that or OUT_OF_STOCK happens
 */
export async function buy(shop: Shop, { token }: Buyer, items: readonly Item[], retried: () => void): Promise<Purchase> {
  const { edge, sandbox, confirmations } = shop;
  const headers = () => ({ authorization: `Bearer ${token}`, 'idempotency-key': newId() });
  const post = <Answer>(client: KeepAliveClient, path: string, body: object, sent: Readonly<Record<string, string>> = {}) =>
    persistently(() => client.post<Answer>(path, body, sent), retried);
  const started = performance.now();
  const placed = await post<{ id: string }>(edge, '/v1/orders', { items, shippingAddress }, headers());
  const createMs = performance.now() - started;
  if ('text' in placed && placed.text.includes('OUT_OF_STOCK')) return { kind: 'out_of_stock' };
  const { id: orderId } = answerOf(placed);
  const confirmed = confirmations.of(orderId);
  confirmed.catch(() => {}); // told below, unless the payment is refused first
  const { providerOrderId } = answerOf(await post<{ providerOrderId: string }>(edge, '/v1/payments', { orderId }, headers()));
  answerOf(await post<object>(sandbox, `/sandbox/orders/${providerOrderId}/pay`, { method: 'upi', outcome: 'success' }));
  await confirmed;
  return { kind: 'confirmed', orderId, createMs };
}

async function persistently<Answer>(send: () => Promise<Reply<Answer>>, retried: () => void): Promise<Reply<Answer>> {
  for (let tries = 0; ; tries += 1) {
    // A connection that was idle may be closed by the other side in the very moment in which it is used again.
    const reply = await send().catch((error: Error) => ({ status: 503, text: error.message }));
    if (!PASSING.has(reply.status) || tries === TRIES) return reply;
    retried();
    await sleep(backoffMs(tries, { initialMs: 50, maxMs: 2_000 }));
  }
}

function answerOf<Answer>(reply: Reply<Answer>): Answer {
  if ('text' in reply) throw new Error(`The shop answered ${reply.status}: ${reply.text}`);
  return reply.json;
}
