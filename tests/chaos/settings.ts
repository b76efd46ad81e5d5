/** Services that ask soon about what they have not heard of, so that a lost webhook, also one of a second capture, is made good within seconds. */
export const CHAOS_SETTINGS = 'payment.RECONCILE_AFTER_MS=4000,payment.RECONCILE_INTERVAL_MS=1000,payment.RECONCILE_PAID_AFTER_MS=15000';
