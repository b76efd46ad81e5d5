import type { Profile } from '@shopverse/contracts/shopverse/user/v1/user';
import type {
  BatchGetProfilesRequest,
  BatchGetProfilesResponse,
  GetProfileRequest,
} from '@shopverse/contracts/shopverse/user/v1/user_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { findProfile, findProfiles } from '../store/profile-repository.ts';

/** What reading profiles needs. */
export interface ReadProfilesDeps {
  readonly database: Postgres;
}

/** The caller's own profile. Errors: USER_NOT_FOUND. */
export function getProfile({ database }: ReadProfilesDeps): UnaryHandler<GetProfileRequest, Profile> {
  return async (_request, call) => {
    const { userId } = signedIn(call);
    const profile = isId(userId) ? await database.read((em) => findProfile(em, userId)) : undefined;
    if (profile === undefined) throw failure('USER_NOT_FOUND', 'There is no profile of this user.', { user_id: userId });
    return profile;
  };
}

/** Profiles by id, in no order; ids that nobody has are left out. */
export function batchGetProfiles({ database }: ReadProfilesDeps): UnaryHandler<BatchGetProfilesRequest, BatchGetProfilesResponse> {
  return async ({ userIds }) => ({ profiles: await database.read((em) => findProfiles(em, userIds)) });
}
