import { sql, type QueryExecutorProvider } from 'kysely';

/** Bytes read by one statement, at least: parts may be small. */
const READ_BYTES = 1024 * 1024;
/** Parts read by one statement, at most. */
const READ_PARTS = 1_000;

/** Adds the next part of a file to an import that is locked. */
export async function appendContent(executor: QueryExecutorProvider, id: string, firstByte: number, content: Uint8Array): Promise<void> {
  await sql`
    with part as (insert into import_content (import_id, first_byte, content) values (${id}, ${firstByte}, ${Buffer.from(content)}))
    update product_imports set received_bytes = ${firstByte + content.byteLength}, touched_at = now() where id = ${id}`.execute(executor);
}

/** Bytes of all files that have not been worked off. */
export async function stagedBytes(executor: QueryExecutorProvider): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    select coalesce(sum(received_bytes), 0) as bytes from product_imports where ended_at is null`.execute(executor);
  return Number(rows[0]?.bytes ?? 0);
}

/** The file of an import from a byte on, some at a time. */
export async function* readContent(executor: QueryExecutorProvider, id: string, from: number): AsyncGenerator<Buffer, void, undefined> {
  for (let next = from; ;) {
    const { rows } = await sql<{ first_byte: string; content: Buffer }>`
      select first_byte, content
      from (
        select first_byte, content, sum(octet_length(content)) over (order by first_byte) - octet_length(content) as bytes_before
        from (
          select first_byte, content from import_content
          where import_id = ${id}::uuid
            and first_byte >= coalesce((select max(first_byte) from import_content where import_id = ${id}::uuid and first_byte <= ${next}::bigint), 0)
          order by first_byte limit ${READ_PARTS}
        ) as parts
      ) as sized
      where bytes_before < ${READ_BYTES}
      order by first_byte`.execute(executor);
    const bytes = Buffer.concat(
      rows.map(({ first_byte, content }) => content.subarray(Math.min(content.length, Math.max(0, next - Number(first_byte))))),
    );
    if (bytes.length === 0) return;
    next += bytes.length;
    yield bytes;
  }
}
