import type { ListRevokedSessionsRequest, ListRevokedSessionsResponse } from '@shopverse/contracts/shopverse/auth/v1/revocation_service';
import type { UnaryHandler } from '@shopverse/mesh/rpc/handler';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { listRevokedSessions as list } from '../store/revoked-sessions.ts';

/** What telling of revoked sessions needs. */
export interface ListRevokedSessionsDeps {
  readonly database: Postgres;
  readonly clock: () => Date;
  /** How long an access token is good for, clocks that differ included, in milliseconds. */
  readonly tokenMs: number;
}

const PAGE = 10_000;

/** Sessions that were ended before their time while a token of theirs may be good. */
export function listRevokedSessions({
  database,
  clock,
  tokenMs,
}: ListRevokedSessionsDeps): UnaryHandler<ListRevokedSessionsRequest, ListRevokedSessionsResponse> {
  return async ({ since, pageSize }) => {
    const limit = pageSize === 0 ? PAGE : pageSize;
    const sessions = await database.read((em) => list(em, { since, now: clock(), tokenMs, limit }));
    return { sessions, truncated: sessions.length === limit };
  };
}
