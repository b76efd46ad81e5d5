import { z } from 'zod';
import { providerNames } from './providers/names.ts';
import { durationMs, integer, oneOf, postgresUrl, requiredText, secret, text } from '@shopverse/mesh/config/kinds';

/** Every setting of this process beyond the common ones. */
export const settings = {
  DATABASE_URL: postgresUrl('The payment database: postgres://role:password@host:port/database'),
  PAYMENT_PROVIDER: oneOf(providerNames, 'razorpay', 'Who takes new payments'),
  RAZORPAY_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be a URL starting with http:// or https://' })
    .default('https://api.razorpay.com')
    .meta({ description: "Razorpay's address without the /v1; locally the sandbox's" }),
  RAZORPAY_KEY_ID: requiredText('Public key of the account at Razorpay; clients get it to open the checkout'),
  RAZORPAY_KEY_SECRET: secret('Secret key of the account at Razorpay'),
  RAZORPAY_WEBHOOK_SECRET: secret('Secret that signs the webhooks of Razorpay'),
  STRIPE_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be a URL starting with http:// or https://' })
    .default('https://api.stripe.com')
    .meta({ description: "Stripe's address" }),
  STRIPE_SECRET_KEY: z
    .string()
    .default('')
    .meta({ description: 'Secret key of the account at Stripe; without it there is no Stripe here', secret: true }),
  STRIPE_PUBLISHABLE_KEY: text('', 'Public key of the account at Stripe'),
  STRIPE_WEBHOOK_SECRET: z.string().default('').meta({ description: 'Secret that signs the webhooks of Stripe: whsec_…', secret: true }),
  STRIPE_WEBHOOK_TOLERANCE_MS: durationMs(300_000, "Greatest age of a signature of Stripe's, which signs anew at every try"),
  STRIPE_SUCCESS_URL: text('http://127.0.0.1:8080/paid', "The shop's page to which Stripe sends customers who have paid"),
  STRIPE_CANCEL_URL: text('http://127.0.0.1:8080/cart', "The shop's page to which Stripe sends customers who go back"),
  PROVIDER_TIMEOUT_MS: durationMs(4_000, 'Longest time for one request to the provider'),
  PROVIDER_CIRCUIT_FAILURES: integer(5, 'Failures in a row after which a provider is not asked for a while', { min: 1, max: 1_000 }),
  PROVIDER_CIRCUIT_OPEN_MS: durationMs(5_000, 'How long a provider that is away is not asked; up to half as much again by chance'),
  WEBHOOK_MAX_AGE_MS: durationMs(5 * 24 * 3_600_000, 'Age above which a webhook is refused; providers send one again for a day or three', {
    max: 20 * 24 * 3_600_000,
  }),
  REFUND_INTERVAL_MS: durationMs(5_000, 'How often refunds are looked for that nobody here was woken for'),
  REFUND_RETRY_MS: durationMs(15_000, 'How long a refund waits that the provider did not answer; doubles with each time, up to an hour'),
  REFUND_ALARM_AFTER_MS: durationMs(24 * 3_600_000, 'Age of a refund that is not done at which a person is called'),
  RECONCILE_INTERVAL_MS: durationMs(15_000, 'How often payments without an end are looked for'),
  RECONCILE_AFTER_MS: durationMs(60_000, 'How long a payment waits for its webhook before the provider is asked; doubles with each time'),
  RECONCILE_PAID_AFTER_MS: durationMs(
    3_600_000,
    'How old a payment that has succeeded is when the provider is asked whether it was paid twice; asked again at four times its age, each time, up to RECONCILE_GIVE_UP_MS',
    {
      max: 30 * 24 * 3_600_000,
    },
  ),
  RECONCILE_GIVE_UP_MS: durationMs(3 * 24 * 3_600_000, 'How old a payment gets before the provider is no longer asked about it', {
    max: 30 * 24 * 3_600_000,
  }),
};
