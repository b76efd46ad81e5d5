import { failure } from '@shopverse/mesh/failure';
import type { Config } from '@shopverse/mesh/config/read';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { settings } from '../config.ts';
import type { PaymentProvider } from '../domain/provider.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { guarded, type GuardedProvider } from './guarded.ts';
import { razorpay } from './razorpay/razorpay.ts';

/** The providers of this shop. */
export interface Providers {
  /** Who takes new payments. */
  readonly chosen: PaymentProvider;
  /** The one with this name, which may have open payments of earlier days. @throws Failure UNKNOWN_PROVIDER */
  named(name: string): PaymentProvider;
}

/** All providers by their names; `chosen` takes new payments. */
export function providersOf(all: readonly PaymentProvider[], chosen: string): Providers {
  const byName = new Map(all.map((provider) => [provider.name, provider]));
  const named = (name: string): PaymentProvider => {
    const provider = byName.get(name);
    if (provider === undefined)
      throw failure('UNKNOWN_PROVIDER', `No payment provider of this name; there is ${[...byName.keys()].join(', ')}.`);
    return provider;
  };
  return { chosen: named(chosen), named };
}

/** The providers that the settings name, each spared while it is away. */
export function openProviders(config: Config<typeof settings>, log: Logger): Providers & { readonly guards: readonly GuardedProvider[] } {
  const circuit = { failures: config.PROVIDER_CIRCUIT_FAILURES, openMs: config.PROVIDER_CIRCUIT_OPEN_MS };
  const guards = [
    razorpay({
      apiUrl: config.RAZORPAY_API_URL,
      keyId: config.RAZORPAY_KEY_ID,
      keySecret: config.RAZORPAY_KEY_SECRET,
      webhookSecret: config.RAZORPAY_WEBHOOK_SECRET,
      timeoutMs: config.PROVIDER_TIMEOUT_MS,
      log,
    }),
  ].map((provider) => guarded(provider, { breaker: new CircuitBreaker(circuit), log }));
  return { ...providersOf(guards, config.PAYMENT_PROVIDER), guards };
}
