import type { Profile } from '@shopverse/contracts/shopverse/user/v1/user';
import { eventTypes } from '@shopverse/contracts/event-types';
import type { UpdateProfileRequest } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { failure, invalidField } from '@shopverse/mesh/failure';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { changeProfile, lockProfile } from '../store/profile-repository.ts';
import { changed, checkedName, checkedPhone, checkEtag } from './check-input.ts';
import { profileMessage } from './profile-message.ts';

/** Changes the caller's profile, and says ProfileUpdated; what changes nothing is no change. Errors: USER_NOT_FOUND, CONCURRENT_CHANGE, INVALID_REQUEST. */
export function updateProfile({
  database,
  clock,
}: {
  readonly database: Postgres;
  readonly clock: () => Date;
}): UnaryHandler<UpdateProfileRequest, Profile> {
  return async ({ profile, updateMask, etag }, call) => {
    const { userId } = signedIn(call);
    if (profile === undefined) throw invalidField('profile', 'is required.');
    const { fullName, phone } = changed(profile, updateMask, { fullName: 'full_name', phone: 'phone' });
    const change = {
      ...(fullName === undefined ? {} : { fullName: checkedName('profile.full_name', fullName) }),
      ...(phone === undefined ? {} : { phone: checkedPhone('profile.phone', phone) }),
    };
    const now = clock();
    return profileMessage(
      await database.transaction(async (tx) => {
        const before = await lockProfile(tx.em, userId);
        if (before === undefined) throw failure('USER_NOT_FOUND', 'There is no profile of yours.');
        checkEtag(etag, before);
        if ((change.fullName ?? before.fullName) === before.fullName && (change.phone ?? before.phone) === before.phone) return before;
        const after = await changeProfile(tx.em, before, change, now);
        tx.publish(eventTypes['shopverse.user.v1.ProfileUpdated'], { userId, fullName: after.fullName, updatedAt: now });
        return after;
      }),
    );
  };
}
