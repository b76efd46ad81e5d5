import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@shopverse/mesh/ids';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import { ACCOUNT, startSandboxProcess, type SandboxProcess } from '../../testing/sandbox-process.ts';
import { razorpay } from './razorpay.ts';

const amount = { currency: 'INR', minor: 129900n };
const log = createLogger('payment', 'silent');
const adapter = (apiUrl: string, timeoutMs = 3_000) => razorpay({ ...ACCOUNT, apiUrl, timeoutMs, log });
const unavailable = expect.objectContaining({ reason: 'PROVIDER_UNAVAILABLE' });

describe('the Razorpay adapter, through the SDK, against the sandbox', () => {
  let folder: string;
  let sandbox: SandboxProcess;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shopverse-razorpay-'));
    sandbox = await startSandboxProcess({ data: join(folder, 'sandbox.sqlite'), webhookUrl: 'http://127.0.0.1:9/' });
  });
  afterEach(async () => void (await sandbox.post('/sandbox/knobs')));
  afterAll(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });

  it('opens one order for an order of the shop, however often and at once it is asked', async () => {
    const provider = adapter(sandbox.url);
    const orderId = newId();
    const opened = await Promise.all(Array.from({ length: 5 }, () => provider.openOrder({ orderId, amount })));
    expect(new Set(opened.map(({ providerOrderId }) => providerOrderId)).size).toBe(1);
    expect(await provider.openOrder({ orderId, amount })).toEqual(opened[0]);
    expect(await provider.openOrder({ orderId: newId(), amount })).not.toEqual(opened[0]);
  });

  it('does not take an order of another amount for the one it asked for', async () => {
    const provider = adapter(sandbox.url);
    const orderId = newId();
    await provider.openOrder({ orderId, amount });
    await expect(provider.openOrder({ orderId, amount: { currency: 'INR', minor: 500n } })).rejects.toEqual(unavailable);
  });

  it('hears how the tries to pay have ended', async () => {
    const provider = adapter(sandbox.url);
    const { providerOrderId: order } = await provider.openOrder({ orderId: newId(), amount });
    expect(await provider.verdictsOf(order)).toEqual([]);
    await sandbox.post(`/sandbox/orders/${order}/pay`, { outcome: 'failure' });
    await sandbox.post(`/sandbox/orders/${order}/pay`, { method: 'card' });
    expect(await provider.verdictsOf(order)).toEqual([
      {
        verdict: 'captured',
        providerOrderId: order,
        providerPaymentId: expect.stringMatching(/^pay_/),
        amount,
        method: 'card',
        reason: '',
      },
      expect.objectContaining({ verdict: 'failed', method: 'upi', reason: 'The payer declined the payment.' }),
    ]);
  });

  it('gives back once for each key, however often and at once it is asked, and hears of it', async () => {
    const provider = adapter(sandbox.url);
    const { providerOrderId: order } = await provider.openOrder({ orderId: newId(), amount });
    const { id: providerPaymentId } = (await sandbox.post(`/sandbox/orders/${order}/pay`)) as { id: string };
    const request = { key: `${newId()}-1`, providerPaymentId, amount: { currency: 'INR', minor: 100_000n } };
    const said = await Promise.all(Array.from({ length: 4 }, () => provider.refund(request)));
    expect(new Set(said.map(({ providerRefundId }) => providerRefundId)).size).toBe(1);
    expect(said[0]).toMatchObject({ word: 'processed', key: request.key, providerPaymentId, amount: request.amount });
    expect(await provider.refundsOf(providerPaymentId)).toEqual([said[0]]);
    expect(await provider.refund({ ...request, key: `${newId()}-1` })).toMatchObject({
      word: 'failed',
      providerRefundId: undefined,
      reason: 'The total refund amount is greater than the refund payment amount',
    });
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'refuses the key',
      () => razorpay({ ...ACCOUNT, keySecret: 'wrong', apiUrl: sandbox.url, timeoutMs: 3_000, log }).verdictsOf('order_1'),
    ],
    ['knows no such order', () => adapter(sandbox.url).verdictsOf('order_none')],
    ['finds the amount too small', () => adapter(sandbox.url).openOrder({ orderId: newId(), amount: { currency: 'INR', minor: 1n } })],
    ['is not there', () => adapter('http://127.0.0.1:9').openOrder({ orderId: newId(), amount })],
    ['is not there for a refund', () => adapter('http://127.0.0.1:9').refund({ key: `${newId()}-1`, providerPaymentId: 'pay_1', amount })],
  ])('is unavailable when the provider %s', async (_what, ask) => {
    await expect(ask()).rejects.toEqual(unavailable);
  });

  it('is unavailable when the provider is busy, and says nothing of keys in why', async () => {
    await sandbox.post('/sandbox/knobs', { refuse_requests: 1 });
    const refusal = await adapter(sandbox.url)
      .openOrder({ orderId: newId(), amount })
      .catch((error: Error) => error);
    expect(refusal).toEqual(unavailable);
    expect(String((refusal as Error).cause)).toContain('HTTP 503');
    expect(JSON.stringify(refusal) + String((refusal as Error).cause)).not.toContain(ACCOUNT.keySecret);
  });
});

describe('the Razorpay adapter, against odd providers', () => {
  let server: Server;
  const serve = async (answer: (path: string, body: string) => { status: number; body: unknown } | undefined): Promise<string> => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const reply = answer(`${request.method} ${request.url}`, body);
        if (reply === undefined) return;
        response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it('waits no longer than its deadline', async () => {
    const url = await serve(() => undefined);
    const started = performance.now();
    await expect(adapter(url, 200).openOrder({ orderId: newId(), amount })).rejects.toEqual(unavailable);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('finds the order of a receipt that the provider refuses to take again', async () => {
    const orderId = newId();
    const url = await serve((request, body) => {
      if (request === 'POST /v1/orders') {
        expect(JSON.parse(body)).toEqual({ amount: 129900, currency: 'INR', receipt: orderId, unique_receipt: true });
        return { status: 400, body: { error: { code: 'BAD_REQUEST_ERROR', description: 'Order receipt should be unique.' } } };
      }
      expect(request).toContain(`receipt=${orderId}`);
      return { status: 200, body: { items: [{ id: 'order_found', amount: 129900, currency: 'INR', receipt: orderId }] } };
    });
    expect(await adapter(url).openOrder({ orderId, amount })).toEqual({ providerOrderId: 'order_found', checkoutUrl: '' });
  });

  it('finds the refund of a key that the provider refuses to carry out again', async () => {
    const key = `${newId()}-1`;
    const refund = { id: 'rfnd_1', payment_id: 'pay_1', amount: 129900, currency: 'INR', receipt: key, status: 'pending' };
    const url = await serve((request) =>
      request.startsWith('POST')
        ? { status: 400, body: { error: { code: 'BAD_REQUEST_ERROR', description: 'The payment has been fully refunded already' } } }
        : { status: 200, body: { items: [{ ...refund, id: 'rfnd_0', receipt: null }, refund] } },
    );
    const said = await adapter(url).refund({ key, providerPaymentId: 'pay_1', amount });
    expect(said).toMatchObject({ word: 'pending', providerRefundId: 'rfnd_1' });
  });

  it.each([
    ['no JSON object', 'gibberish'],
    ['an order without an id', { amount: 129900, currency: 'INR' }],
    ['an order of another amount', { id: 'order_1', amount: 1, currency: 'INR' }],
  ])('is unavailable when the provider answers %s', async (_what, body) => {
    const url = await serve(() => ({ status: 200, body }));
    await expect(adapter(url).openOrder({ orderId: newId(), amount })).rejects.toEqual(unavailable);
  });
});
