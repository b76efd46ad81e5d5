import { providerId } from '../provider-ids.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Knobs } from '../store/knobs.ts';

/** A webhook to be sent. */
export interface Outgoing {
  readonly kind: string;
  readonly body: string;
  readonly traceparent: string | null;
}

/**
 * Puts a webhook on its way, as badly as the knobs want it: lost, twice, late, or behind those that come after it. Call it in the transaction of what it tells
 * of, so that neither is there without the other.
 *
 * @param random a number in [0, 1)
 */
export function enqueue(
  deliveries: Deliveries,
  { kind, body, traceparent }: Outgoing,
  knobs: Knobs,
  now: number,
  random: () => number,
): void {
  const delivery = {
    event_id: providerId(),
    kind,
    body,
    traceparent,
    state: random() < knobs.lose_webhooks ? ('lost' as const) : ('pending' as const),
    due_at: now + knobs.delay_webhooks_ms + (random() < knobs.reorder_webhooks ? knobs.reorder_ms : 0),
    created_at: now,
  };
  deliveries.add(delivery);
  if (delivery.state === 'pending' && random() < knobs.double_webhooks) deliveries.add(delivery);
}
