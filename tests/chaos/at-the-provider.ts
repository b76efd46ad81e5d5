import type { Stores } from '@shopverse/local/audit/stores';
import { theStack } from '../customer.ts';
import { lookUntil } from './look-until.ts';

/** Longest wait until the provider has what the shop wants it to have, in milliseconds: a second capture without a notice is found within minutes of its age. */
const PATIENCE_MS = 240_000;
const INTERVAL_MS = 2_000;

/** What customers have paid, as the provider sees it. */
export interface Paid {
  /** Orders for which the provider keeps something else than the shop's price, or keeps anything though they are not sold. */
  readonly wrong: readonly string[];
  /** Captures beyond the first of an order, which must have gone back. */
  readonly again: number;
}

interface Payment {
  readonly status: string;
  readonly amount: number;
  readonly amount_refunded: number;
}

/** Asks the provider about all payments of these customers, until what it keeps is what their orders cost, or the time is over. */
export async function paidAtTheProvider({ payment }: Stores, states: ReadonlyMap<string, string>): Promise<Paid> {
  const rows = await payment<{ order_id: string; provider_order_id: string; amount: string }>(
    'select order_id::text, provider_order_id, amount_minor::text as amount from payments where order_id = any($1::uuid[])',
    [[...states.keys()]],
  );
  let open = rows;
  let again = 0;
  const look = async () => {
    const wrong: { readonly row: (typeof rows)[number]; readonly why: string }[] = [];
    for (const row of open) {
      const captured = (await paymentsOf(row.provider_order_id)).filter(({ status }) => status === 'captured' || status === 'refunded');
      const kept = captured.reduce((sum, one) => sum + one.amount - one.amount_refunded, 0);
      const due = states.get(row.order_id) === 'CONFIRMED' ? Number(row.amount) : 0;
      if (kept === due) again += Math.max(0, captured.length - 1);
      else
        wrong.push({
          row,
          why: `order ${row.order_id} is ${states.get(row.order_id)} and costs ${row.amount}: the provider keeps ${kept}`,
        });
    }
    // Only those are asked about again.
    open = wrong.map(({ row }) => row);
    return wrong.map(({ why }) => why);
  };
  const wrong = await lookUntil(look, (whys) => whys.length === 0, { timeoutMs: PATIENCE_MS, intervalMs: INTERVAL_MS });
  return { wrong, again };
}

async function paymentsOf(providerOrderId: string): Promise<readonly Payment[]> {
  const { addresses, secrets } = await theStack();
  const key = Buffer.from(`${secrets.razorpay.keyId}:${secrets.razorpay.keySecret}`).toString('base64');
  const response = await fetch(`${addresses.sandbox}/v1/orders/${providerOrderId}/payments`, {
    headers: { authorization: `Basic ${key}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`the provider answered ${response.status} about ${providerOrderId}: ${await response.text()}`);
  return ((await response.json()) as { items: readonly Payment[] }).items;
}
