import { z } from 'zod';
import { durationMs, listenAddress, oneOf, requiredText, secret, text } from '@shopverse/mesh/config/kinds';

/** Every setting of the sandbox. */
export const settings = {
  SANDBOX_LISTEN: listenAddress('127.0.0.1:8090', 'Where the sandbox listens, HTTP'),
  SANDBOX_DATA: text('sandbox.sqlite', 'File that keeps orders, payments and webhooks (SQLite)'),
  SANDBOX_WEBHOOK_URL: z
    .url({ protocol: /^https?$/, error: 'must be a URL starting with http:// or https://' })
    .meta({ description: "Where webhooks go: the shop's /v1/payments/webhooks/razorpay" }),
  SANDBOX_WEBHOOK_TIMEOUT_MS: durationMs(5_000, 'Longest time for one delivery of a webhook'),
  SANDBOX_WEBHOOK_GIVE_UP_MS: durationMs(24 * 3_600_000, 'How long a webhook is tried again before it is given up, as at Razorpay'),
  RAZORPAY_KEY_ID: requiredText('Public key of the account, as the shop uses it'),
  RAZORPAY_KEY_SECRET: secret('Secret key of the account, as the shop uses it'),
  RAZORPAY_WEBHOOK_SECRET: secret('Secret that signs webhooks, as the shop expects it'),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info', 'Least important level that is logged'),
};
