/** What an account may do in the shop. */
export const ACCOUNT_ROLES = ['CUSTOMER', 'ADMIN'] as const;
/** See `ACCOUNT_ROLES`. */
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/** Somebody who can sign in. */
export interface Account {
  /** UUIDv7, the same as the profile's. */
  readonly id: string;
  /** In its kept form (see `normaliseEmail`); no two accounts have the same. */
  readonly email: string;
  readonly fullName: string;
  readonly role: AccountRole;
  /** PHC string. */
  readonly passwordHash: string;
}
