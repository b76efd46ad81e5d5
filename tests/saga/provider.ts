import { newId } from '@shopverse/mesh/ids';
import type { Money } from '@shopverse/mesh/money';
import type { PaymentProvider, ProviderNotice, ProviderRefund, ProviderVerdict } from '../../services/payment/domain/provider.ts';
import type { Faults } from './faults.ts';

/** A provider that keeps its promises: what it is asked for with one name it does once, and it tells of everything it does, once. Where it is heard is another matter. */
export class Provider implements PaymentProvider {
  readonly name = 'model';
  readonly keyId = 'key';
  /** What it has told and nobody has heard yet. */
  readonly notices: ProviderNotice[] = [];
  readonly #faults: Faults;
  readonly #clock: () => Date;
  readonly #orders = new Map<string, { readonly id: string; readonly amount: Money }>();
  readonly #tries: ProviderVerdict[] = [];
  readonly #refunds = new Map<string, ProviderRefund>();

  constructor(faults: Faults, clock: () => Date) {
    this.#faults = faults;
    this.#clock = clock;
  }

  openOrder: PaymentProvider['openOrder'] = ({ orderId, amount }) =>
    this.#faults.around(async () => {
      const order = this.#orders.get(orderId) ?? { id: `order_${orderId}`, amount };
      this.#orders.set(orderId, order);
      return { providerOrderId: order.id, checkoutUrl: '' };
    });

  /** A customer pays, or their bank refuses; also an order that is paid, as when a bank authorises an earlier try late. */
  pay(orderId: string, verdict: ProviderVerdict['verdict']): void {
    const order = this.#orders.get(orderId);
    if (order === undefined) return;
    const reason = verdict === 'captured' ? '' : 'declined';
    const said = { verdict, providerOrderId: order.id, providerPaymentId: `pay_${newId()}`, amount: order.amount, method: 'upi', reason };
    this.#tries.push(said);
    this.#tell(`payment.${verdict}`, { verdict: said });
  }

  verdictsOf: PaymentProvider['verdictsOf'] = (providerOrderId) =>
    this.#faults.around(async () => this.#tries.filter((one) => one.providerOrderId === providerOrderId));

  /** Takes it on, and has carried it out when it is asked again. */
  refund: PaymentProvider['refund'] = ({ key, providerPaymentId, amount }) =>
    this.#faults.around(async () => {
      const known = this.#refunds.get(key);
      if (known !== undefined) return known;
      const left = this.#capturedBy(providerPaymentId) - this.#returnedOf(providerPaymentId);
      if (amount.minor > left) return { word: 'failed', key, providerRefundId: undefined, providerPaymentId, amount, reason: 'too much' };
      const done: ProviderRefund = { word: 'processed', key, providerRefundId: `rfnd_${newId()}`, providerPaymentId, amount, reason: '' };
      this.#refunds.set(key, done);
      this.#tell('refund.processed', { refund: done });
      return { ...done, word: 'pending' };
    });

  refundsOf: PaymentProvider['refundsOf'] = (providerPaymentId) =>
    this.#faults.around(async () => [...this.#refunds.values()].filter((one) => one.providerPaymentId === providerPaymentId));

  /** Notices of this provider are told by their place. */
  readWebhook: PaymentProvider['readWebhook'] = ({ body }) => {
    const notice = this.#told[Number(Buffer.from(body).toString())];
    if (notice === undefined) throw new Error('There is no such notice.');
    return notice;
  };

  /** What `readWebhook` reads as this notice. */
  bodyOf(notice: ProviderNotice): Buffer {
    return Buffer.from(String(this.#told.indexOf(notice)));
  }

  /** What it has of an order's money, in minor units. */
  keeps(orderId: string): bigint {
    const tries = this.#tries.filter(({ providerOrderId }) => providerOrderId === this.#orders.get(orderId)?.id);
    return tries.reduce((sum, { providerPaymentId: id }) => sum + this.#capturedBy(id) - this.#returnedOf(id), 0n);
  }

  readonly #told: ProviderNotice[] = [];

  #tell(kind: string, what: Pick<ProviderNotice, 'verdict' | 'refund'>): void {
    const notice: ProviderNotice = { eventId: newId(), kind, at: this.#clock(), ...what };
    this.#told.push(notice);
    this.notices.push(notice);
  }

  #capturedBy(id: string): bigint {
    return this.#tries.find((one) => one.providerPaymentId === id && one.verdict === 'captured')?.amount.minor ?? 0n;
  }

  #returnedOf(id: string): bigint {
    return [...this.#refunds.values()].reduce((sum, one) => sum + (one.providerPaymentId === id ? one.amount.minor : 0n), 0n);
  }
}
