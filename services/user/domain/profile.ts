/** A person known to the shop. */
export interface Profile {
  /** UUIDv7, the same as the account's. */
  readonly id: string;
  readonly fullName: string;
  /** As the auth service keeps it: lower case. */
  readonly email: string;
  /** E.164, or empty. */
  readonly phone: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a profile begins with. */
export type ProfileBeginnings = Pick<Profile, 'id' | 'fullName' | 'email' | 'phone'>;

/** A new person's profile. */
export function newProfile({ id, fullName, email, phone }: ProfileBeginnings, now: Date): Profile {
  return { id, fullName, email, phone, createdAt: now, updatedAt: now };
}
