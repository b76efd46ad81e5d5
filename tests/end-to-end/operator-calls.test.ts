import { describe, expect, it } from '@jest/globals';
import { newCustomer, placeOrder, someProduct } from '../customer.ts';
import { shopverse, shopverseJson } from '../shop.ts';

interface Called {
  readonly status: string;
  readonly details: readonly { readonly '@type': string; readonly reason?: string }[];
  readonly answers: readonly unknown[];
}
const called = (...args: readonly string[]) => shopverseJson<Called>(['call', ...args]);
const reasonsOf = ({ details }: Called) => details.flatMap(({ reason }) => reason ?? []);

describe("an operator's call", () => {
  it('reaches a public method, and prints its answer', async () => {
    const { id } = await someProduct(1);
    const { code, stdout } = await shopverse(['call', 'GetProduct', JSON.stringify({ id })]);
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ id })]);
  });

  it('reaches an internal method as the workload that may call it, and as nobody else', async () => {
    const customer = await newCustomer();
    const { id: product } = await someProduct(1);
    const { json } = await placeOrder(customer, product, 1);
    const { id, total } = json as { id: string; total: unknown };
    const body = JSON.stringify({ id });
    const method = 'order.v1.OrderService/GetOrderForPayment';
    expect(await called(method, body, '--as', 'payment')).toMatchObject({
      code: 0,
      status: 'OK',
      answers: [{ id, state: 'ORDER_STATE_PENDING_PAYMENT', total }],
    });
    const refused = await called(method, body);
    expect([refused.code, refused.status, reasonsOf(refused), refused.answers]).toEqual([
      1,
      'PERMISSION_DENIED',
      ['CALLER_NOT_ALLOWED'],
      [],
    ]);
  });

  it('acts for a user when it is told to', async () => {
    const nobody = await called('ListMyOrders', '{}');
    expect([nobody.status, reasonsOf(nobody)]).toEqual(['UNAUTHENTICATED', ['UNAUTHENTICATED']]);
    const somebody = await called('ListMyOrders', '{}', '--as', 'edge', '--user', '01890a5d-ac96-774b-bcce-b302099a8057');
    expect(somebody).toMatchObject({ status: 'OK', answers: [{}] });
  });

  it('says in a sentence what is wrong with it', async () => {
    const bad = await shopverse(['call', 'GetProduct', '{"idd":1}']);
    expect([bad.code, bad.output]).toEqual([
      1,
      expect.stringMatching(/^The request is no shopverse.product.v1.GetProductRequest: .*"idd" is unknown/),
    ]);
  });
});
