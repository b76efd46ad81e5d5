import Stripe from 'stripe';
import { Failure } from '@shopverse/mesh/failure';
import { isPassing, ProviderTrouble, unavailable } from '../trouble.ts';

/** Why Stripe will not do what it was asked, now or later; undefined when it might. */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Stripe.errors.StripeError) || ![400, 402, 404].includes(error.statusCode ?? 0)) return undefined;
  return error.message.slice(0, 300);
}

/** Any trouble with Stripe as the contract's PROVIDER_UNAVAILABLE. */
export function asUnavailable(operation: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const status = error instanceof Stripe.errors.StripeError ? error.statusCode : undefined;
  if (status === undefined) {
    const kind = error instanceof Error ? error.name : typeof error;
    return unavailable('stripe', new ProviderTrouble(`Stripe did not answer ${operation} (${kind})`, true));
  }
  const { code = '', message } = error as InstanceType<typeof Stripe.errors.StripeError>;
  return unavailable('stripe', new ProviderTrouble(`Stripe refused ${operation}: HTTP ${status} ${code} ${message}`, isPassing(status)));
}
