import { z } from 'zod';
import { durationMs, oneOf, postgresUrl, requiredText, secret } from '@shopverse/mesh/config/kinds';

/** Every setting of this process beyond the common ones. */
export const settings = {
  DATABASE_URL: postgresUrl('The payment database: postgres://role:password@host:port/database'),
  PAYMENT_PROVIDER: oneOf(['razorpay'], 'razorpay', 'Who takes new payments'),
  RAZORPAY_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be a URL starting with http:// or https://' })
    .default('https://api.razorpay.com')
    .meta({ description: "Razorpay's address without the /v1; locally the sandbox's" }),
  RAZORPAY_KEY_ID: requiredText('Public key of the account at Razorpay; clients get it to open the checkout'),
  RAZORPAY_KEY_SECRET: secret('Secret key of the account at Razorpay'),
  RAZORPAY_WEBHOOK_SECRET: secret('Secret that signs the webhooks of Razorpay'),
  PROVIDER_TIMEOUT_MS: durationMs(4_000, 'Longest time for one request to the provider'),
  RECONCILE_INTERVAL_MS: durationMs(15_000, 'How often payments without an end are looked for'),
  RECONCILE_AFTER_MS: durationMs(60_000, 'How long a payment waits for its webhook before the provider is asked; doubles with each time'),
  RECONCILE_GIVE_UP_MS: durationMs(3 * 24 * 3_600_000, 'How old a payment gets before the provider is no longer asked about it', {
    max: 30 * 24 * 3_600_000,
  }),
};
