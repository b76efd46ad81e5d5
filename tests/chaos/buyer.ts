import { randomUUID } from 'node:crypto';
import { edge, placeOrder, theStack, type EdgeAnswer, type SignedIn } from '../customer.ts';
import { persist, type Effort } from './persistent-client.ts';
import type { SeededRandom } from './random.ts';

/** One thing that a buyer wanted, and what the shop said. */
export interface Wish {
  readonly key: string;
  readonly productId: string;
  readonly quantity: number;
  /** Every id that the shop answered to this key: one, or the key has made several orders. */
  readonly orderIds: ReadonlySet<string>;
  /** `declined`: the buyer's bank says no, on purpose. `refused`: the shop did. */
  readonly outcome: 'paid' | 'declined' | 'out_of_stock' | 'refused';
  /** What the shop said when it refused. */
  readonly refusal?: string;
}

/** What a buyer does by chance. */
const CHANCES = { sendTwice: 0.15, askAgain: 0.2, decline: 0.15, payTwice: 0.2 };

/** Buys until told to stop; what was begun is finished. Everything is sent again with its own key until the shop decides. */
export async function buyAround(
  buyer: SignedIn,
  products: readonly string[],
  random: SeededRandom,
  effort: Effort,
  { stop, giveUp }: { readonly stop: AbortSignal; readonly giveUp: AbortSignal },
): Promise<Wish[]> {
  const wishes: Wish[] = [];
  while (!stop.aborted) wishes.push(await buyOnce(buyer, products, random, effort, giveUp));
  return wishes;
}

async function buyOnce(
  buyer: SignedIn,
  products: readonly string[],
  random: SeededRandom,
  effort: Effort,
  giveUp: AbortSignal,
): Promise<Wish> {
  const wish = { key: randomUUID(), productId: products[random.between(0, products.length - 1)] ?? '', quantity: random.between(1, 2) };
  const { sendTwice, askAgain, decline, payTwice } = {
    sendTwice: random.chance(CHANCES.sendTwice),
    askAgain: random.chance(CHANCES.askAgain),
    decline: random.chance(CHANCES.decline),
    payTwice: random.chance(CHANCES.payTwice),
  };
  const place = () => persist(() => placeOrder(buyer, wish.productId, wish.quantity, wish.key), effort, giveUp);
  // Impatient clients send the same thing twice at once, forgetful ones once more later.
  const answers = await Promise.all(sendTwice ? [place(), place()] : [place()]);
  if (askAgain) answers.push(await place());
  const orderIds = new Set(answers.flatMap((answer) => (answer.status === 200 ? [(answer.json as { id: string }).id] : [])));
  const [orderId] = orderIds;
  if (orderId === undefined) return { ...wish, orderIds, ...refusalOf(answers[0]) };

  const paymentKey = randomUUID();
  const payment = await persist(
    () => edge('/v1/payments', { method: 'POST', token: buyer.token, headers: { 'idempotency-key': paymentKey }, body: { orderId } }),
    effort,
    giveUp,
  );
  if (payment.status !== 200) return { ...wish, orderIds, outcome: 'refused', refusal: payment.text };
  const { providerOrderId } = payment.json as { providerOrderId: string };
  const paid = await persist(() => payAtProvider(providerOrderId, decline ? 'failure' : 'success'), effort, giveUp);
  if (paid.status !== 200 && !paid.text.includes('already paid')) return { ...wish, orderIds, outcome: 'refused', refusal: paid.text };
  // Mostly the provider refuses this one; sometimes it takes the money again.
  if (payTwice && !decline) await persist(() => payAtProvider(providerOrderId, 'success'), effort, giveUp);
  return { ...wish, orderIds, outcome: decline ? 'declined' : 'paid' };
}

function refusalOf(answer: EdgeAnswer | undefined): Pick<Wish, 'outcome' | 'refusal'> {
  const text = answer?.text ?? '';
  return text.includes('OUT_OF_STOCK') ? { outcome: 'out_of_stock' } : { outcome: 'refused', refusal: text };
}

async function payAtProvider(providerOrderId: string, outcome: 'success' | 'failure'): Promise<EdgeAnswer> {
  const { addresses } = await theStack();
  const response = await fetch(`${addresses.sandbox}/sandbox/orders/${providerOrderId}/pay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method: 'upi', outcome }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: undefined };
}
