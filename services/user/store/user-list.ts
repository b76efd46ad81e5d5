import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { Profile } from '../domain/profile.ts';

/** Where a page of users ended: the id alone without a search, before it the text that was found with one. */
export interface UserCursor {
  readonly key: string;
  readonly id: string;
}

/** Which users. */
export interface UserQuery {
  /** First letters in lower case; all when empty. */
  readonly prefix: string;
  readonly after: UserCursor | undefined;
  readonly limit: number;
}

/** A user and what the page was sorted by. */
export interface ListedUser {
  readonly profile: Profile;
  readonly key: string;
}

interface Row {
  readonly id: string;
  readonly full_name: string;
  readonly email: string;
  readonly phone: string;
  readonly version: number;
  readonly created_ms: string;
  readonly updated_ms: string;
  readonly key: string;
}

/** A page of users. */
export async function listUsers(executor: QueryExecutorProvider, query: UserQuery): Promise<ListedUser[]> {
  const { rows } = await userListQuery(query).execute(executor);
  return rows.map((row) => ({
    key: row.key,
    profile: {
      id: row.id,
      fullName: row.full_name,
      email: row.email,
      phone: row.phone,
      version: row.version,
      createdAt: new Date(Number(row.created_ms)),
      updatedAt: new Date(Number(row.updated_ms)),
    },
  }));
}

/**
 * The query of `listUsers`. Without a search it goes down the primary key, newest first (UUIDv7). With one it takes a page of `profiles_by_name` and one of
 * `profiles_by_email`, both in the order of the letters, and merges them; who is found by both is listed by name. At most two pages are read, however many users there are.
 */
export function userListQuery({ prefix, after, limit }: UserQuery): RawBuilder<Row> {
  const columns = sql`id, full_name, email, phone, version, extract(epoch from created_at) * 1000 as created_ms, extract(epoch from updated_at) * 1000 as updated_ms`;
  if (prefix === '') {
    const older = after === undefined ? sql`` : sql`and id < ${after.id}::uuid`;
    return sql<Row>`select ${columns}, '' as key from profiles where deleted_at is null ${older} order by id desc limit ${limit}`;
  }
  // All texts that begin with the prefix lie between it and its next neighbour, in the order of bytes.
  const end = `${prefix}\u{10ffff}`;
  const foundBy = (column: 'full_name' | 'email', besides: RawBuilder<unknown>) => {
    const key = sql`lower(${sql.ref(column)}) collate "C"`;
    const further = after === undefined ? sql`` : sql`and (${key}, id) > (${after.key}, ${after.id}::uuid)`;
    return sql`(select ${columns}, ${key} as key from profiles where deleted_at is null and ${key} >= ${prefix} and ${key} < ${end} ${further} ${besides} order by ${key}, id limit ${limit})`;
  };
  const byName = foundBy('full_name', sql``);
  const byEmail = foundBy('email', sql`and not (lower(full_name) collate "C" >= ${prefix} and lower(full_name) collate "C" < ${end})`);
  return sql<Row>`select * from (${byName} union all ${byEmail}) found order by key collate "C", id limit ${limit}`;
}
