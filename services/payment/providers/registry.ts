import { failure } from '@shopverse/mesh/failure';
import { ConfigError, type Config } from '@shopverse/mesh/config/read';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { settings } from '../config.ts';
import type { PaymentProvider } from '../domain/provider.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { guarded, type GuardedProvider } from './guarded.ts';
import { razorpay } from './razorpay/razorpay.ts';
import { stripe } from './stripe/stripe.ts';

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

/**
 * The providers that the settings name, each spared while it is away. Stripe is there when it has a secret key.
 *
 * @throws ConfigError when the provider of new payments, or a part of Stripe's account, is not set up
 */
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
    ...stripeOf(config, log),
  ].map((provider) => guarded(provider, { breaker: new CircuitBreaker(circuit), log }));
  return { ...providersOf(guards, config.PAYMENT_PROVIDER), guards };
}

function stripeOf(config: Config<typeof settings>, log: Logger): readonly PaymentProvider[] {
  if (config.STRIPE_SECRET_KEY === '') {
    if (config.PAYMENT_PROVIDER !== 'stripe') return [];
    throw new ConfigError('STRIPE_SECRET_KEY is required, as PAYMENT_PROVIDER is stripe.');
  }
  for (const name of ['STRIPE_PUBLISHABLE_KEY', 'STRIPE_WEBHOOK_SECRET'] as const)
    if (config[name] === '') throw new ConfigError(`${name} is required beside STRIPE_SECRET_KEY.`);
  return [
    stripe({
      apiUrl: config.STRIPE_API_URL,
      publishableKey: config.STRIPE_PUBLISHABLE_KEY,
      secretKey: config.STRIPE_SECRET_KEY,
      webhookSecret: config.STRIPE_WEBHOOK_SECRET,
      webhookToleranceMs: config.STRIPE_WEBHOOK_TOLERANCE_MS,
      successUrl: config.STRIPE_SUCCESS_URL,
      cancelUrl: config.STRIPE_CANCEL_URL,
      timeoutMs: config.PROVIDER_TIMEOUT_MS,
      log,
    }),
  ];
}
