import type { BatchedEvent } from '@shopverse/mesh/events/consume-batches';
import { eventRow } from '../domain/event-row.ts';
import type { Figures } from '../store/figures.ts';
import { eventFacts } from './event-facts.ts';

/** Works events into the figures, all at once. An event that is in them already changes nothing. */
export const onEvents =
  ({ figures }: { readonly figures: Pick<Figures, 'add'> }) =>
  async (events: readonly BatchedEvent[], signal: AbortSignal): Promise<void> => {
    const rows = events.flatMap((event) => {
      const facts = eventFacts(event.type, event.payload, event.time);
      return facts === undefined ? [] : [eventRow(event, facts)];
    });
    await figures.add(rows, signal);
  };
