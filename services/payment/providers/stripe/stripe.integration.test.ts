import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@shopverse/mesh/ids';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import { startStripeMock, type StripeMock } from '../../testing/stripe-mock.ts';
import { stripe } from './stripe.ts';

const amount = { currency: 'INR', minor: 129_900n };
const log = createLogger('payment', 'silent');
const adapter = (apiUrl: string, timeoutMs = 5_000) =>
  stripe({
    apiUrl,
    publishableKey: 'pk_test_1',
    secretKey: 'sk_test_1',
    webhookSecret: 'whsec_1',
    webhookToleranceMs: 300_000,
    successUrl: 'https://shop.example/paid',
    cancelUrl: 'https://shop.example/cart',
    timeoutMs,
    log,
  });
const unavailable = expect.objectContaining({ reason: 'PROVIDER_UNAVAILABLE' });

describe("the Stripe adapter, through the SDK, against Stripe's own mock", () => {
  let mock: StripeMock | undefined;
  beforeAll(async () => {
    mock = await startStripeMock();
  }, 15 * 60_000);
  afterAll(async () => mock?.stop());

  it('opens a Checkout Session that Stripe accepts', async () => {
    expect(await adapter(mock?.url ?? '').openOrder({ orderId: newId(), amount })).toEqual({
      providerOrderId: expect.stringMatching(/^cs_/),
      checkoutUrl: expect.any(String),
    });
  });

  it('asks how a session ended, gives back and asks after refunds in requests that Stripe accepts', async () => {
    const provider = adapter(mock?.url ?? '');
    await expect(provider.verdictsOf('cs_test_1')).resolves.toEqual(expect.any(Array));
    const said = await provider.refund({ key: `${newId()}-1`, providerPaymentId: 'pi_1', amount });
    expect(said).toMatchObject({ providerRefundId: expect.stringMatching(/^re_/), word: expect.stringMatching(/processed|pending/) });
    await expect(provider.refundsOf('pi_1')).resolves.toEqual(expect.any(Array));
  });
});

describe('the Stripe adapter', () => {
  const servers: Server[] = [];
  const asked: { request: string; key: string | undefined; body: URLSearchParams }[] = [];
  /** A server that answers as Stripe's reference documents it. */
  const serve = async (answer: (request: string) => { status: number; body: object } | undefined): Promise<string> => {
    asked.length = 0;
    const server = createServer((message, response) => {
      let body = '';
      message.on('data', (chunk: Buffer) => (body += chunk.toString()));
      message.on('end', () => {
        const request = `${message.method} ${message.url}`;
        asked.push({ request, key: message.headers['idempotency-key'] as string | undefined, body: new URLSearchParams(body) });
        const reply = answer(request);
        if (reply !== undefined) response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
      });
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });
  const paidSession = { id: 'cs_1', url: 'https://checkout.stripe.com/c/pay/cs_1', status: 'complete', payment_status: 'paid', amount_total: 129_900, currency: 'inr', payment_intent: 'pi_1', payment_method_types: ['card'] }; // prettier-ignore
  const refund = (key: string) => ({ id: 're_1', amount: 129_900, currency: 'inr', payment_intent: 'pi_1', metadata: { refund_key: key }, status: 'pending' }); // prettier-ignore

  it("opens the order's amount under a key that is the order's", async () => {
    const url = await serve(() => ({ status: 200, body: { ...paidSession, status: 'open', payment_status: 'unpaid' } }));
    const orderId = newId();
    expect(await adapter(url).openOrder({ orderId, amount })).toEqual({ providerOrderId: 'cs_1', checkoutUrl: paidSession.url });
    expect(asked).toMatchObject([{ request: 'POST /v1/checkout/sessions', key: `order-${orderId}` }]);
    const sent = Object.fromEntries(asked[0]?.body ?? []);
    expect(sent).toMatchObject({ mode: 'payment', client_reference_id: orderId, 'line_items[0][price_data][unit_amount]': '129900', 'line_items[0][price_data][currency]': 'inr' }); // prettier-ignore
  });

  it.each([
    [{}, [{ verdict: 'captured', providerPaymentId: 'pi_1', method: 'card' }]],
    [{ status: 'open', payment_status: 'unpaid' }, []],
    [{ status: 'complete', payment_status: 'unpaid' }, []],
    [{ status: 'expired', payment_status: 'unpaid', payment_intent: null }, [{ verdict: 'failed', providerPaymentId: 'cs_1' }]],
  ])('hears of a session with %j', async (change, verdicts) => {
    const url = await serve(() => ({ status: 200, body: { ...paidSession, ...change } }));
    expect(await adapter(url).verdictsOf('cs_1')).toMatchObject(verdicts);
  });

  it('gives back under the key of the refund', async () => {
    const key = `${newId()}-1`;
    const url = await serve(() => ({ status: 200, body: refund(key) }));
    expect(await adapter(url).refund({ key, providerPaymentId: 'pi_1', amount })).toMatchObject({ word: 'pending', key });
    expect(asked).toMatchObject([{ request: 'POST /v1/refunds', key }]);
  });

  it('finds the refund of a key that Stripe refuses to carry out again, and else tells why it was refused', async () => {
    const key = `${newId()}-1`;
    const refusal = {
      error: { type: 'invalid_request_error', code: 'charge_already_refunded', message: 'Charge has already been refunded.' },
    };
    let known: object[] = [refund(key)];
    const url = await serve((request) =>
      request.startsWith('GET') ? { status: 200, body: { data: known } } : { status: 400, body: refusal },
    );
    expect(await adapter(url).refund({ key, providerPaymentId: 'pi_1', amount })).toMatchObject({
      word: 'pending',
      providerRefundId: 're_1',
    });
    known = [];
    expect(await adapter(url).refund({ key, providerPaymentId: 'pi_1', amount })).toMatchObject({ word: 'failed', reason: 'Charge has already been refunded.' }); // prettier-ignore
  });

  it.each<[string, number, boolean]>([
    ['refuses the key', 401, false],
    ['is busy', 503, true],
    ['has enough of us', 429, true],
  ])('is unavailable when Stripe %s', async (_what, status, passing) => {
    const url = await serve(() => ({ status, body: { error: { type: 'api_error', message: 'No.' } } }));
    const refused = await adapter(url)
      .verdictsOf('cs_1')
      .catch((error: unknown) => error);
    expect(refused).toEqual(unavailable);
    expect(refused).toMatchObject({ options: { cause: { passing } } });
    expect(asked).toHaveLength(1);
    expect(String((refused as Error).cause)).not.toContain('sk_test');
  });

  it('waits no longer than its deadline, and is unavailable when nobody is there or the answer makes no sense', async () => {
    await expect(adapter(await serve(() => undefined), 200).verdictsOf('cs_1')).rejects.toEqual(unavailable);
    await expect(adapter('http://127.0.0.1:9').verdictsOf('cs_1')).rejects.toEqual(unavailable);
    await expect(adapter(await serve(() => ({ status: 200, body: { odd: true } }))).verdictsOf('cs_1')).rejects.toEqual(unavailable);
  });

  it('takes no amount that Stripe writes in other units', async () => {
    await expect(adapter('http://127.0.0.1:9').openOrder({ orderId: newId(), amount: { currency: 'ISK', minor: 100n } })).rejects.toEqual(
      unavailable,
    );
  });
});
