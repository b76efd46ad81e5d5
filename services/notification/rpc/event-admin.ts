import type { EventAdminServiceDefinition } from '@shopverse/contracts/shopverse/notification/v1/event_admin_service';
import type { ErrorReason } from '@shopverse/contracts/error-reasons';
import { isKafkaTrouble, type Kafka } from '@shopverse/mesh/events/kafka';
import { DeadLetterBook } from '@shopverse/mesh/events/operations/dead-letter-book';
import { groupsOf, lagOf } from '@shopverse/mesh/events/operations/lag';
import { OperationRefused, type RefusalKind } from '@shopverse/mesh/events/operations/refusal';
import { replayGroup } from '@shopverse/mesh/events/operations/replay-group';
import type { EventReader } from '@shopverse/mesh/events/operations/shown-event';
import { Failure, failure } from '@shopverse/mesh/failure';
import { decodePageToken, page, pageSize } from '@shopverse/mesh/paging';
import { signedIn, type Call } from '@shopverse/mesh/rpc/call';
import type { Handlers } from '@shopverse/mesh/rpc/handler';
import { toDeadLetter, toOperatorAction, toWholeDeadLetter } from './dead-letter-message.ts';

const REASONS: Readonly<Record<RefusalKind, ErrorReason>> = {
  'unknown group': 'CONSUMER_GROUP_NOT_FOUND',
  'unknown letter': 'DEAD_LETTER_NOT_FOUND',
  resolved: 'DEAD_LETTER_RESOLVED',
  harmful: 'REPLAY_HARMFUL',
};

/** What operators see of events and do about them: the commands of `shopverse events` and `shopverse dlq`, for admins. Each deed is logged, too. */
export function eventAdmin({
  kafka,
  reader,
}: {
  readonly kafka: Kafka;
  readonly reader: EventReader;
}): Handlers<EventAdminServiceDefinition> {
  const book = new DeadLetterBook(kafka);
  const by = (call: Call) => `user:${signedIn(call).userId}`;
  const resolve = async (request: { group: string; id: string; note: string }, action: 'replayed' | 'dropped', call: Call) =>
    asked(async () => {
      await book.resolve(request.group, [request.id], action, by(call), request.note);
      call.log.info({ group: request.group, letter: request.id, action, by: by(call) }, 'an operator dealt with a dead letter');
      return toWholeDeadLetter(await book.get(request.group, request.id), reader);
    });
  return {
    listConsumerLags: () => asked(async () => ({ lags: await lagOf(kafka, await groupsOf(kafka)) })),
    listDeadLetters: (request) =>
      asked(async () => {
        const query = { group: request.group, resolved: request.includeResolved };
        const [before] = decodePageToken(query, request.pageToken, 1) ?? [];
        const size = pageSize(request);
        const found = await book.list(request.group, {
          resolved: query.resolved,
          limit: size + 1,
          ...(before !== undefined && { before }),
        });
        const { rows, nextPageToken } = page(found, size, query, ({ id }) => [id]);
        return { deadLetters: rows.map(toDeadLetter), nextPageToken };
      }),
    getDeadLetter: ({ group, id }) => asked(async () => toWholeDeadLetter(await book.get(group, id), reader)),
    replayDeadLetter: (request, call) => resolve(request, 'replayed', call),
    dropDeadLetter: (request, call) => resolve(request, 'dropped', call),
    replayGroup: ({ group, from = new Date(Number.NaN), note, validateOnly }, call) =>
      asked(async () => {
        const { messages } = await replayGroup(kafka, { group, from, by: by(call), note, dryRun: validateOnly });
        if (!validateOnly)
          call.log.info({ group, from, messages: Number(messages), by: by(call) }, 'an operator lets a group handle events again');
        return { messages };
      }),
    listOperatorActions: (request) =>
      asked(async () => ({
        actions: (await book.actions(request.group)).toReversed().slice(0, pageSize(request)).map(toOperatorAction),
      })),
  };
}

/** Says what is refused in the contract's words. Kafka that does not answer is DEPENDENCY_UNAVAILABLE. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OperationRefused) throw failure(REASONS[error.kind], error.message);
    if (!isKafkaTrouble(error)) throw error;
    throw new Failure('DEPENDENCY_UNAVAILABLE', 'Kafka does not answer; try again in a moment.', { cause: error, retryAfterMs: 2_000 });
  }
}
