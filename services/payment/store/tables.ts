import type { Generated } from 'kysely';

/** The tables that are written by kysely: `on conflict` decides, or one statement does what belongs together. */
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
    readonly checkout_url: string;
    readonly provider_payment_id: Generated<string | null>;
    readonly method: Generated<string>;
    readonly failure_reason: Generated<string>;
    readonly refunded_minor: Generated<bigint>;
    readonly refunding_minor: Generated<bigint>;
    readonly version: Generated<number>;
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
    readonly found_at: Generated<Date>;
    readonly settled_at: Generated<Date | null>;
    readonly settled_by: Generated<string | null>;
    readonly note: Generated<string>;
  };
  readonly refunds: {
    readonly id: string;
    readonly payment_id: string;
    readonly provider: string;
    readonly provider_payment_id: string;
    readonly currency: string;
    readonly amount_minor: bigint;
    readonly reason: string;
    readonly surplus: boolean;
    readonly requested_by: string | null;
    readonly state: string;
    readonly attempt: number;
    readonly provider_refund_id: string | null;
    readonly failure_reason: string;
    readonly next_try_at: Date | null;
    readonly tries: Generated<number>;
    readonly created_at: Date;
    readonly updated_at: Date;
    readonly processed_at: Date | null;
  };
  readonly ledger_entries: {
    readonly booking_id: string;
    readonly payment_id: string;
    readonly account: string;
    readonly currency: string;
    readonly amount_minor: bigint;
    readonly booked_at: Date;
  };
}
