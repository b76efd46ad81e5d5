import type { Contracts } from '../contracts.ts';
import { eventsOf, type Event } from '../event-types.ts';
import type { Parties } from './registrations.ts';

/** An event, and who has to do with it. */
export interface CatalogueEvent extends Event, Parties {}

/** A topic with its events. */
export interface CatalogueTopic {
  readonly topic: string;
  readonly events: readonly CatalogueEvent[];
}

/** All topics in alphabetical order, their events in the order of the contracts. */
export function catalogueOf(contracts: Contracts, parties: ReadonlyMap<string, Parties>): readonly CatalogueTopic[] {
  const events = eventsOf(contracts).map((event) => ({
    ...event,
    ...(parties.get(event.message.typeName) ?? { producers: [], consumers: [] }),
  }));
  return [...Map.groupBy(events, ({ topic }) => topic)]
    .map(([topic, of]) => ({ topic, events: of }))
    .toSorted((a, b) => a.topic.localeCompare(b.topic));
}
