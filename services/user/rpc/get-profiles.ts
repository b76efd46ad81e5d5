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
import { profileMessage } from './profile-message.ts';

/** The caller's own profile. Errors: USER_NOT_FOUND, for the moment in which the account is there and its profile not yet. */
export function getProfile({ database }: { readonly database: Postgres }): UnaryHandler<GetProfileRequest, Profile> {
  return async (_request, call) => {
    const { userId } = signedIn(call);
    const profile = isId(userId) ? await database.read((em) => findProfile(em, userId)) : undefined;
    if (profile === undefined) throw failure('USER_NOT_FOUND', 'There is no profile of yours yet; try again in a moment.');
    return profileMessage(profile);
  };
}

/** Profiles by id, in no order; unknown ids are left out. */
export function batchGetProfiles({
  database,
}: {
  readonly database: Postgres;
}): UnaryHandler<BatchGetProfilesRequest, BatchGetProfilesResponse> {
  return async ({ userIds }) => ({ profiles: (await database.read((em) => findProfiles(em, userIds))).map(profileMessage) });
}
