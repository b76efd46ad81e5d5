import type { Profile } from '@shopverse/contracts/shopverse/user/v1/user';
import type { CreateProfileRequest } from '@shopverse/contracts/shopverse/user/v1/user_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { addProfileOnce } from '../store/profile-repository.ts';
import { profileMessage } from './profile-message.ts';

/** Makes the profile of a new account. Asked again for the same user, it answers the profile that is there, unchanged. */
export function createProfile({
  database,
  clock,
}: {
  readonly database: Postgres;
  readonly clock: () => Date;
}): UnaryHandler<CreateProfileRequest, Profile> {
  return async ({ userId, fullName, email, phone }) => {
    const now = clock();
    const profile = { id: userId, fullName, email, phone, createdAt: now, updatedAt: now };
    return profileMessage(await database.read((em) => addProfileOnce(em, profile)));
  };
}
