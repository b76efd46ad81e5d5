import { DeadLetterBook, type DeadLetter } from '@shopverse/mesh/events/operations/dead-letter-book';
import { groupsOf } from '@shopverse/mesh/events/operations/lag';
import { EventReader } from '@shopverse/mesh/events/operations/shown-event';
import { asOperator, countOf } from '../events/operator.ts';
import { StackError } from '../stack-error.ts';

/** Options of `shopverse dlq list`. */
export interface DlqListOptions {
  readonly group?: string;
  readonly all?: boolean;
  readonly limit: string;
  readonly json?: boolean;
}

/** `shopverse dlq list`: what groups could not handle, newest first; exit code 0 whether there is any or not. */
export async function dlqList({ group, all = false, limit, json = false }: DlqListOptions): Promise<void> {
  const most = countOf(limit, '--limit', 10_000);
  await asOperator(async ({ kafka }) => {
    const book = new DeadLetterBook(kafka);
    const letters: DeadLetter[] = [];
    for (const one of group === undefined ? await groupsOf(kafka) : [group])
      letters.push(...(await book.list(one, { resolved: all, limit: most })));
    if (json) return void process.stdout.write(`${JSON.stringify({ letters: letters.map(letterJson) })}\n`);
    const lines = letters.map(
      ({ group: of, id, reason, type, deadSince, resolved, error }) =>
        `${of.padEnd(16)} ${id.padEnd(8)} ${(deadSince?.toISOString() ?? '').padEnd(24)} ${(resolved?.action ?? reason).padEnd(11)} ${type === '' ? '(no event)' : type}  ${error}`,
    );
    process.stdout.write(lines.length === 0 ? 'No dead letters.\n' : `${lines.join('\n')}\n`);
  });
}

/** `shopverse dlq show <group> <id>`: a letter with its headers and its event, decoded. */
export async function dlqShow(group: string, id: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  await asOperator(async ({ kafka }) => {
    const letter = await new DeadLetterBook(kafka).get(group, id);
    const { headers, event, unreadable } = (await EventReader.open()).show(letter.message);
    const value = letter.message.value?.toString('base64') ?? null;
    const shown = { ...letterJson(letter), headers, event: event ?? null, unreadable, value_base64: value };
    process.stdout.write(`${JSON.stringify(shown, undefined, json ? undefined : 2)}\n`);
  });
}

/** Options of `shopverse dlq replay` and `dlq drop`. */
export interface DlqActOptions {
  readonly all?: boolean;
  readonly note?: string;
  readonly json?: boolean;
}

/** `shopverse dlq replay|drop <group> [id...]`: those letters, or with --all every one that waits, oldest first. */
export const dlqAct =
  (verb: 'replay' | 'drop') =>
  async (group: string, ids: readonly string[], { all = false, note = '', json = false }: DlqActOptions): Promise<void> => {
    if (all === ids.length > 0) throw new StackError(`Name the letters to ${verb}, or say --all.`);
    await asOperator(async ({ kafka, by }) => {
      const book = new DeadLetterBook(kafka);
      const wanted = all ? (await book.list(group, { limit: Number.POSITIVE_INFINITY })).map(({ id }) => id).toReversed() : ids;
      const done = await book.resolve(group, wanted, verb === 'replay' ? 'replayed' : 'dropped', by, note);
      if (json) return void process.stdout.write(`${JSON.stringify({ letters: done.map(letterJson) })}\n`);
      process.stdout.write(done.length === 0 ? 'No dead letters.\n' : done.map(({ id, topic }) => `${verb === 'replay' ? `replayed ${id} to ${topic}` : `dropped ${id}`}\n`).join('')); // prettier-ignore
    });
  };

function letterJson({
  group,
  id,
  reason,
  error,
  topic,
  partition,
  offset,
  deadSince,
  replays,
  eventId,
  type,
  resolved,
}: DeadLetter): object {
  return {
    group,
    id,
    reason,
    error,
    topic,
    partition,
    offset: offset === '' ? null : Number(offset),
    dead_since: deadSince?.toISOString() ?? null,
    replays,
    event_id: eventId,
    type,
    resolved:
      resolved === undefined ? null : { action: resolved.action, by: resolved.by, at: resolved.time.toISOString(), note: resolved.note },
  };
}
