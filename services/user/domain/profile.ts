/** A person known to the shop. */
export interface Profile {
  /** UUIDv7, the same as the account's. */
  readonly id: string;
  readonly fullName: string;
  readonly email: string;
  /** E.164, or empty. */
  readonly phone: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Counts the changes. */
  readonly version: number;
}
