import type { Money } from '@shopverse/mesh/money';
import type { Verdict } from './payment-state.ts';
import type { RefundWord } from './refund-state.ts';

/** What a provider is asked to open. */
export interface OpenOrderRequest {
  /** The shop's order. The provider's order is found again by it, so asking twice opens one. */
  readonly orderId: string;
  readonly amount: Money;
}

/** One try to pay at the provider, and how it ended. */
export interface ProviderVerdict {
  readonly verdict: Verdict;
  /** The provider's id of what is being paid for. */
  readonly providerOrderId: string;
  /** The provider's id of this try. */
  readonly providerPaymentId: string;
  readonly amount: Money;
  /** "upi", "card", ... */
  readonly method: string;
  /** Why it failed, for people; empty otherwise. Never card data. */
  readonly reason: string;
}

/** What the provider opened. */
export interface OpenedOrder {
  /** The provider's id of what is to be paid. */
  readonly providerOrderId: string;
  /** The provider's page on which the customer pays; empty where the client opens the checkout itself. */
  readonly checkoutUrl: string;
}

/** What a provider is asked to give back. */
export interface RefundRequest {
  /** See `refundKey`: asking twice with one key gives back once. */
  readonly key: string;
  /** The try to pay whose money goes back. */
  readonly providerPaymentId: string;
  readonly amount: Money;
}

/** A refund as the provider knows it. */
export interface ProviderRefund {
  readonly word: RefundWord;
  /** The key it was asked for with; undefined when nobody here asked for it. */
  readonly key: string | undefined;
  /** Undefined when the provider refused to take it on. */
  readonly providerRefundId: string | undefined;
  readonly providerPaymentId: string;
  readonly amount: Money;
  /** Why it failed, for people; empty otherwise. */
  readonly reason: string;
}

/** A provider's signed notice, verified and read. */
export interface ProviderNotice {
  /** The provider's own id of the notice: the same when it is sent again. */
  readonly eventId: string;
  /** The provider's name for what happened: `payment.captured`. */
  readonly kind: string;
  /** When what it tells of happened, as the provider signed it. */
  readonly at: Date;
  /** What it says of a try to pay, if it does. A notice with neither this nor a refund means nothing here. */
  readonly verdict?: ProviderVerdict;
  /** What it says of a refund, if it does. */
  readonly refund?: ProviderRefund;
}

/** A webhook as it came in. */
export interface RawWebhook {
  /** Byte for byte as it was signed. */
  readonly body: Uint8Array;
  /** A header of the request, by its lower-case name. */
  header(name: string): string | undefined;
}

/** Somebody who moves money. */
export interface PaymentProvider {
  /** "razorpay": the name in addresses, tables and events. */
  readonly name: string;
  /** Public key of the shop's account: what a client needs to pay. */
  readonly keyId: string;
  /**
   * Opens the provider's order for an order of the shop, or finds the one that is open.
   *
   * @throws Failure PROVIDER_UNAVAILABLE, also when its deadline or the call's has passed
   */
  openOrder(request: OpenOrderRequest): Promise<OpenedOrder>;
  /**
   * How the tries to pay a provider's order have ended so far.
   *
   * @throws Failure PROVIDER_UNAVAILABLE, also when its deadline or the call's has passed
   */
  verdictsOf(providerOrderId: string): Promise<readonly ProviderVerdict[]>;
  /**
   * Gives money back, or finds that it was asked for before. A refusal is an answer: its word is "failed".
   *
   * @throws Failure PROVIDER_UNAVAILABLE when it is not known whether the provider took it on
   */
  refund(request: RefundRequest): Promise<ProviderRefund>;
  /**
   * The refunds of one try to pay, of everybody who asked for some.
   *
   * @throws Failure PROVIDER_UNAVAILABLE, also when its deadline or the call's has passed
   */
  refundsOf(providerPaymentId: string): Promise<readonly ProviderRefund[]>;
  /**
   * Verifies and reads a webhook.
   *
   * @throws Failure INVALID_SIGNATURE, INVALID_WEBHOOK
   */
  readWebhook(webhook: RawWebhook): ProviderNotice;
}
