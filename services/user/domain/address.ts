import type { PostalAddress } from './postal-address.ts';

/** Most addresses of one user. */
export const ADDRESS_LIMIT = 20;

/** One of a user's addresses. */
export interface Address {
  /** UUIDv7. */
  readonly id: string;
  readonly userId: string;
  readonly label: string;
  readonly postal: PostalAddress;
  /** E.164, or empty. */
  readonly phone: string;
  readonly isDefault: boolean;
  /** Counts the changes. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
