import type { UserServiceDefinition } from '@shopverse/contracts/shopverse/user/v1/user_service';
import type { Handlers } from '@shopverse/mesh/rpc/handler';
import { createAddress, deleteAddress, getAddress, listAddresses, setDefaultAddress, updateAddress } from './addresses.ts';
import { createProfile } from './create-profile.ts';
import { deleteAccount, deleteUser, type DeleteUserDeps } from './delete-user.ts';
import { exportMyData, type ExportMyDataDeps } from './export-my-data.ts';
import { getErasure, recordErasure } from './erasures.ts';
import { batchGetProfiles, getProfile } from './get-profiles.ts';
import { updateProfile } from './update-profile.ts';
import { getUser, listUsers } from './users.ts';

/** What the handlers need. */
export interface UserDeps extends DeleteUserDeps, ExportMyDataDeps {
  readonly auth: DeleteUserDeps['auth'] & ExportMyDataDeps['auth'];
  readonly orders: DeleteUserDeps['orders'] & ExportMyDataDeps['orders'];
}

/** The handlers of the user service. */
export function userHandlers(deps: UserDeps): Handlers<typeof UserServiceDefinition> {
  return {
    getProfile: getProfile(deps),
    updateProfile: updateProfile(deps),
    deleteAccount: deleteAccount(deps),
    exportMyData: exportMyData(deps),
    createAddress: createAddress(deps),
    listAddresses: listAddresses(deps),
    getAddress: getAddress(deps),
    updateAddress: updateAddress(deps),
    deleteAddress: deleteAddress(deps),
    setDefaultAddress: setDefaultAddress(deps),
    listUsers: listUsers(deps),
    getUser: getUser(deps),
    deleteUser: deleteUser(deps),
    getErasure: getErasure(deps),
    recordErasure: recordErasure(deps),
    createProfile: createProfile(deps),
    batchGetProfiles: batchGetProfiles(deps),
  };
}
