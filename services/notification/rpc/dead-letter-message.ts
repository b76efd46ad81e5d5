import type { DeadLetter as DeadLetterMessage, OperatorAction } from '@shopverse/contracts/shopverse/notification/v1/event_admin_service';
import type { ActionRecord, DeadLetter } from '@shopverse/mesh/events/operations/dead-letter-book';
import type { EventReader } from '@shopverse/mesh/events/operations/shown-event';

/** A dead letter as lists show it. */
export function toDeadLetter({ deadSince, type, resolved, message: _message, ...letter }: DeadLetter): DeadLetterMessage {
  return {
    ...letter,
    deadSince,
    eventType: type,
    resolved: resolved === undefined ? undefined : toOperatorAction(resolved),
    headers: [],
    eventJson: '',
    unreadable: '',
  };
}

/** A dead letter with all that is in it. */
export function toWholeDeadLetter(letter: DeadLetter, reader: EventReader): DeadLetterMessage {
  const { headers, event, unreadable } = reader.show(letter.message);
  return {
    ...toDeadLetter(letter),
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    eventJson: event === undefined ? '' : JSON.stringify(event),
    unreadable,
  };
}

/** What an operator did, as the contract shows it. */
export const toOperatorAction = (record: ActionRecord): OperatorAction => ({ ...record });
