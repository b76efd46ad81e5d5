import { createHmac } from 'node:crypto';
import type { Delivery } from '../store/deliveries.ts';

/** Where webhooks go and how they are signed. */
export interface Receiver {
  readonly url: string;
  readonly secret: string;
  /** Longest time for one delivery, in milliseconds. */
  readonly timeoutMs: number;
}

/** Sends a webhook once; answers why it was not taken, or undefined when it was (any 2xx). The signature is over the very bytes that are sent. */
export async function sendWebhook({ url, secret, timeoutMs }: Receiver, delivery: Delivery): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Razorpay-Webhook/v1',
        'x-razorpay-event-id': delivery.event_id,
        'x-razorpay-signature': createHmac('sha256', secret).update(delivery.body).digest('hex'),
        ...(delivery.traceparent === null ? {} : { traceparent: delivery.traceparent }),
      },
      body: delivery.body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message || cause.name : String(cause);
  }
}
