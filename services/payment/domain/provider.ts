import type { Money } from '@shopverse/mesh/money';
import type { Verdict } from './payment-state.ts';

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

/** A provider's signed notice, verified and read. */
export interface ProviderNotice {
  /** The provider's own id of the notice: the same when it is sent again. */
  readonly eventId: string;
  /** The provider's name for what happened: `payment.captured`. */
  readonly kind: string;
  /** Undefined when the notice is of a kind that means nothing here. */
  readonly verdict: ProviderVerdict | undefined;
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
   * Opens the provider's order for an order of the shop, or finds the one that is open; answers its id.
   *
   * @throws Failure PROVIDER_UNAVAILABLE, also when its deadline or the call's has passed
   */
  openOrder(request: OpenOrderRequest): Promise<string>;
  /**
   * How the tries to pay a provider's order have ended so far.
   *
   * @throws Failure PROVIDER_UNAVAILABLE, also when its deadline or the call's has passed
   */
  verdictsOf(providerOrderId: string): Promise<readonly ProviderVerdict[]>;
  /**
   * Verifies and reads a webhook.
   *
   * @throws Failure INVALID_SIGNATURE, INVALID_WEBHOOK
   */
  readWebhook(webhook: RawWebhook): ProviderNotice;
}
