import type { Profile } from '@shopverse/contracts/shopverse/user/v1/user';
import type { CreateProfileRequest } from '@shopverse/contracts/shopverse/user/v1/user_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { newProfile } from '../domain/profile.ts';
import { addProfileOnce } from '../store/profile-repository.ts';

/** What making a profile needs. */
export interface CreateProfileDeps {
  readonly database: Postgres;
  readonly clock: () => Date;
}

/** Makes the profile of a new account. The same user id again answers the profile that is there, as it is by now. */
export function createProfile({ database, clock }: CreateProfileDeps): UnaryHandler<CreateProfileRequest, Profile> {
  return async ({ userId, fullName, email, phone }) =>
    addProfileOnce(database, newProfile({ id: userId.toLowerCase(), fullName, email, phone }, clock()));
}
