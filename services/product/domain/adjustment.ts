import { invalidField } from '@shopverse/mesh/failure';
import { oneLine } from './one-line.ts';

/** What an admin says about the stock of a product. */
export interface Adjustment {
  readonly productId: string;
  /** Added to what is on hand. */
  readonly change: bigint;
  readonly kind: 'received' | 'adjusted';
  readonly reason: string;
}

/** @throws Failure INVALID_REQUEST naming the field, for what the contract's rules can't say */
export function adjustment(wanted: Adjustment): Adjustment {
  if (wanted.kind === 'received' && wanted.change < 0n) throw invalidField('change', 'must be more than zero for goods that came in');
  const reason = oneLine(wanted.reason);
  if (reason === '') throw invalidField('reason', 'must have at least one visible character');
  return { ...wanted, reason };
}
