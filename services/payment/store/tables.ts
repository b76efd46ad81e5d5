import type { Generated } from 'kysely';

/** The tables that are written by kysely, because `on conflict` decides. */
export interface PaymentTables {
  readonly payments: {
    readonly id: string;
    readonly order_id: string;
    readonly customer_id: string;
    readonly state: string;
    readonly currency: string;
    readonly amount_minor: bigint;
    readonly provider: string;
    readonly provider_order_id: string;
    readonly provider_key_id: string;
    readonly reconcile_at: Date | null;
    readonly created_at: Date;
    readonly updated_at: Date;
  };
  readonly provider_notices: {
    readonly provider: string;
    readonly event_id: string;
    readonly kind: string;
    readonly received_at: Generated<Date>;
  };
  readonly discrepancies: {
    readonly payment_id: string;
    readonly provider_payment_id: string;
    readonly kind: string;
    readonly currency: string;
    readonly amount_minor: bigint;
  };
}
