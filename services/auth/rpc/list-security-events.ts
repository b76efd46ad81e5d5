import { SecurityEventType } from '@shopverse/contracts/shopverse/auth/v1/auth';
import type { ListSecurityEventsRequest, ListSecurityEventsResponse } from '@shopverse/contracts/shopverse/auth/v1/auth_service';
import { failure } from '@shopverse/mesh/failure';
import { isId } from '@shopverse/mesh/ids';
import { decodePageToken, page, pageSize, type Cursor } from '@shopverse/mesh/paging';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { SECURITY_EVENT_TYPES } from '../domain/security-event.ts';
import { listSecurityEvents as list, type TrailCursor } from '../store/security-events.ts';

/** The audit trail, newest first. Errors: INVALID_PAGE_TOKEN. */
export function listSecurityEvents({
  database,
}: {
  readonly database: Postgres;
}): UnaryHandler<ListSecurityEventsRequest, ListSecurityEventsResponse> {
  return async ({ pageSize: wanted, pageToken, userId, type, from, before }) => {
    const query = { list: 'security-events', userId, type, from, before };
    const cursor = decodePageToken(query, pageToken, 2);
    const size = pageSize({ pageSize: wanted });
    const found = await database.read((em) =>
      list(em, {
        userId: userId === '' ? undefined : userId,
        type: SECURITY_EVENT_TYPES.find((name) => SecurityEventType[name] === type),
        from,
        before,
        after: cursor === undefined ? undefined : parseCursor(cursor),
        limit: size + 1,
      }),
    );
    const { rows, nextPageToken } = page(found, size, query, ({ occurredAt, id }) => [String(occurredAt.getTime()), id]);
    const events = rows.map((row) => ({
      id: row.id,
      type: SecurityEventType[row.type],
      userId: row.userId ?? '',
      actorId: row.actorId ?? '',
      detail: row.detail,
      clientAddress: row.clientAddress,
      userAgent: row.userAgent,
      requestId: row.requestId,
      occurredAt: row.occurredAt,
    }));
    return { events, nextPageToken };
  };
}

function parseCursor([ms = '', id = '']: Cursor): TrailCursor {
  if (!/^\d{1,15}$/.test(ms) || !isId(id))
    throw failure('INVALID_PAGE_TOKEN', 'page_token must be the next_page_token of the page before.');
  return { at: new Date(Number(ms)), id };
}
