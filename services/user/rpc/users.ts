import type { Profile } from '@shopverse/contracts/shopverse/user/v1/user';
import type { GetUserRequest, ListUsersRequest, ListUsersResponse } from '@shopverse/contracts/shopverse/user/v1/user_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { decodePageToken, page, pageSize, type Cursor } from '@shopverse/mesh/paging';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { findProfile } from '../store/profile-repository.ts';
import { listUsers as list, type UserCursor } from '../store/user-list.ts';
import { profileMessage } from './profile-message.ts';

interface Deps {
  readonly database: Postgres;
}

/** All users, newest first, or those whose name or e-mail address begins with the query. Errors: INVALID_PAGE_TOKEN. */
export function listUsers({ database }: Deps): UnaryHandler<ListUsersRequest, ListUsersResponse> {
  return async ({ query, pageSize: wanted, pageToken }) => {
    const prefix = query.normalize('NFC').trim().toLowerCase();
    const shape = { list: 'users', prefix };
    const cursor = decodePageToken(shape, pageToken, 2);
    const size = pageSize({ pageSize: wanted });
    const found = await list(database.sql, { prefix, after: cursor === undefined ? undefined : parseCursor(cursor), limit: size + 1 });
    const { rows, nextPageToken } = page(found, size, shape, ({ key, profile }) => [key, profile.id]);
    return { users: rows.map(({ profile }) => profileMessage(profile)), nextPageToken };
  };
}

/** A user. Errors: USER_NOT_FOUND. */
export function getUser({ database }: Deps): UnaryHandler<GetUserRequest, Profile> {
  return async ({ id }) => {
    const profile = await database.read((em) => findProfile(em, id));
    if (profile === undefined) throw failure('USER_NOT_FOUND', 'No user with this id.', { user_id: id });
    return profileMessage(profile);
  };
}

function parseCursor([key = '', id = '']: Cursor): UserCursor {
  if (!isId(id)) throw failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
  return { key, id };
}
