import type { ListSessionsRequest, ListSessionsResponse } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { decodePageToken, page, pageSize } from '@shopverse/mesh/paging';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import { deviceOf } from '../domain/device.ts';
import { listOpenSessions } from '../store/session-repository.ts';
import type { LogoutDeps } from './logout.ts';

/** The caller's sessions that are not over, newest first. Errors: INVALID_PAGE_TOKEN. */
export function listSessions({ database, clock }: LogoutDeps): UnaryHandler<ListSessionsRequest, ListSessionsResponse> {
  return async (request, call) => {
    const { userId, sessionId } = signedIn(call);
    const query = { list: 'sessions', userId };
    const [after] = decodePageToken(query, request.pageToken, 1) ?? [];
    if (after !== undefined && !isId(after))
      throw failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
    const size = pageSize(request);
    const found = await database.read((em) => listOpenSessions(em, { userId, after, now: clock(), limit: size + 1 }));
    const { rows, nextPageToken } = page(found, size, query, ({ id }) => [id]);
    const sessions = rows.map(({ id, userAgent, clientAddress, createdAt, lastUsedAt, expiresAt }) => {
      return { id, device: deviceOf(userAgent), userAgent, clientAddress, createdAt, lastUsedAt, expiresAt, current: id === sessionId };
    });
    return { sessions, nextPageToken };
  };
}
