import { PaymentState, RefundState, type Payment, type Refund } from '@shopverse/contracts/shopverse/payment/v1/payment';
import type { MoneyMessage } from '@shopverse/mesh/money';
import { eventually } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { sql } from 'kysely';
import type { PaymentScene } from './payment-scene.ts';

/** What customers and admins do in the tests of the payment service. */
export class Shopping {
  /** The admin who gives money back. */
  readonly adminId = newId();
  readonly #shop: PaymentScene;

  constructor(shop: PaymentScene) {
    this.#shop = shop;
  }

  create(orderId: string, userId: string): Promise<Payment> {
    return this.#shop.as({ userId }, (payments) => payments.createPayment({ orderId }));
  }

  get(id: string): Promise<Payment> {
    return this.#shop.as({ role: 'ADMIN' }, (payments) => payments.getPayment({ id }));
  }

  /** A payment that waits for its customer. */
  async open(minor?: bigint): Promise<Payment> {
    const { orderId, customerId } = this.#shop.order(minor === undefined ? {} : { minor });
    return this.create(orderId, customerId);
  }

  /** A payment that was captured at the provider, and that is known. */
  async paid(minor?: bigint): Promise<Payment> {
    const payment = await this.open(minor);
    await this.pay(payment);
    return eventually('the capture', async () => {
      const current = await this.get(payment.id);
      return current.state === PaymentState.SUCCEEDED ? current : undefined;
    });
  }

  /** Answers the provider's id of the try. */
  async pay(payment: Payment): Promise<string> {
    const { id } = (await this.#shop.sandbox.post(`/sandbox/orders/${payment.providerOrderId}/pay`)) as { id: string };
    return id;
  }

  refund(id: string, { amount, key = newId() }: { amount?: MoneyMessage; key?: string } = {}): Promise<Refund> {
    const request = { id, amount, reason: 'It broke.' };
    return this.#shop.as({ role: 'ADMIN', userId: this.adminId }, (payments) => payments.refundPayment(request, { idempotencyKey: key }));
  }

  /** Waits for a refund's state. */
  refunded(paymentId: string, refundId: string, state: RefundState = RefundState.PROCESSED): Promise<Payment> {
    return eventually(`refund ${refundId} in state ${state}`, async () => {
      const payment = await this.get(paymentId);
      return payment.refunds.find(({ id }) => id === refundId)?.state === state ? payment : undefined;
    });
  }

  /** What the provider shows of the refunds of a payment. */
  async refundsAtProvider(paymentId: string): Promise<readonly { word: string; amount: { minor: bigint } }[]> {
    const [row] = await this.#shop.rows(sql<{ id: string }>`select provider_payment_id as id from payments where id = ${paymentId}`);
    return this.#shop.providers.chosen.refundsOf(row?.id ?? '');
  }

  /** What the books say of a payment, by account, in minor units. */
  async books(paymentId: string): Promise<Record<string, number>> {
    const rows = await this.#shop.rows(sql<{ account: string; sum: string }>`
      select account, sum(amount_minor) as sum from ledger_entries where payment_id = ${paymentId} group by account`);
    return Object.fromEntries(rows.map(({ account, sum }) => [account, Number(sum)]));
  }
}
