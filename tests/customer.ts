import { randomUUID } from 'node:crypto';
import { createStack, type Stack } from '@shopverse/local/stack';

/** An answer of the edge as it came. */
export interface EdgeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** What a request may carry. */
export interface EdgeRequest {
  readonly method?: string;
  readonly token?: string | undefined;
  /** Sent as it is when a string or bytes, else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

let stack: Promise<Stack> | undefined;

/** The running stack's addresses and secrets. */
export function theStack(): Promise<Stack> {
  return (stack ??= createStack());
}

/** One request to the edge. */
export async function edge(path: string, { method = 'GET', token, body, headers = {} }: EdgeRequest = {}): Promise<EdgeAnswer> {
  const { addresses } = await theStack();
  const raw = typeof body === 'string' || body instanceof Uint8Array ? body : body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(`${addresses.edge}${path}`, {
    method,
    headers: {
      ...(raw === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(raw === undefined ? {} : { body: raw as string | Uint8Array<ArrayBuffer> }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** Somebody who is signed in. */
export interface SignedIn {
  readonly token: string;
  readonly userId: string;
  readonly email: string;
}

/** Somebody who can sign in again. */
export interface Customer extends SignedIn {
  /** Answers the new access token. */
  logInAgain(): Promise<string>;
}

async function logIn(email: string, password: string): Promise<Customer> {
  const { json, status, text } = await edge('/v1/auth/login', { method: 'POST', body: { email, password } });
  if (status !== 200) throw new Error(`log-in answered ${status}: ${text}`);
  const { accessToken, userId } = json as { accessToken: string; userId: string };
  return { token: accessToken, userId, email, logInAgain: async () => (await logIn(email, password)).token };
}

/** A new customer, registered and signed in. */
export async function newCustomer(): Promise<Customer> {
  const [email, password] = [`${randomUUID()}@example.com`, `a long password ${randomUUID()}`];
  const { status, text } = await edge('/v1/auth/register', { method: 'POST', body: { fullName: 'Ravi Iyer', email, password } });
  if (status !== 200) throw new Error(`registration answered ${status}: ${text}`);
  return logIn(email, password);
}

/** The admin of the seed, signed in. */
export async function admin(): Promise<SignedIn> {
  const { secrets } = await theStack();
  return logIn(secrets.admin.email, secrets.admin.password);
}

/** Most pages of products that are looked through. */
const MOST_PAGES = 50;

/** Some product with at least `atLeast` in stock, and no more than `atMost`. */
export async function someProduct(
  atLeast = 5,
  atMost = Infinity,
): Promise<{ id: string; name: string; available: string; price: { currencyCode: string; units: string; nanos: number } }> {
  // Other tests leave products behind, newest first, of which there are few.
  let pageToken = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { json } = await edge(`/v1/products?inStock=true&pageSize=100&pageToken=${encodeURIComponent(pageToken)}`);
    const { products, nextPageToken = '' } = json as { products: Awaited<ReturnType<typeof someProduct>>[]; nextPageToken?: string };
    const found = products.find(({ available }) => Number(available) >= atLeast && Number(available) <= atMost);
    if (found !== undefined) return found;
    if (nextPageToken === '') break;
    pageToken = nextPageToken;
  }
  throw new Error(`there is no product with ${atLeast} in stock`);
}

/** Where things go. */
export const ADDRESS = {
  recipient: 'Ravi Iyer',
  street: '4 Park Street',
  city: 'Kolkata',
  state: 'West Bengal',
  postalCode: '700016',
  countryCode: 'IN',
};

/** Places an order for one product. */
export function placeOrder({ token }: SignedIn, productId: string, quantity: number, key: string = randomUUID()): Promise<EdgeAnswer> {
  return edge('/v1/orders', {
    method: 'POST',
    token,
    headers: { 'idempotency-key': key },
    body: { items: [{ productId, quantity }], shippingAddress: ADDRESS },
  });
}

/** Pays an order at the sandbox provider, which sends its webhook. */
export async function pay({ token }: SignedIn, orderId: string, outcome: 'success' | 'failure' = 'success'): Promise<void> {
  const { addresses } = await theStack();
  const payment = await edge('/v1/payments', { method: 'POST', token, body: { orderId } });
  if (payment.status !== 200) throw new Error(`the payment answered ${payment.status}: ${payment.text}`);
  const { providerOrderId } = payment.json as { providerOrderId: string };
  const paid = await fetch(`${addresses.sandbox}/sandbox/orders/${providerOrderId}/pay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method: 'upi', outcome }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!paid.ok) throw new Error(`the provider answered ${paid.status}: ${await paid.text()}`);
}
