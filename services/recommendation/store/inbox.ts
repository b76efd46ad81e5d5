import type { Collection, Db } from 'mongodb';
import type { InboxDocument } from './documents.ts';

/** Events whose every effect is there. */
export class Inbox {
  readonly #events: Collection<InboxDocument>;

  constructor(database: Db) {
    this.#events = database.collection<InboxDocument>('inbox');
  }

  async has(eventId: string): Promise<boolean> {
    return (await this.#events.findOne({ _id: eventId })) !== null;
  }

  async add(eventId: string, at: Date): Promise<void> {
    await this.#events.updateOne({ _id: eventId }, { $setOnInsert: { at } }, { upsert: true });
  }

  /** Forgets what was handled before `before`; answers how many. */
  async forget(before: Date): Promise<number> {
    return (await this.#events.deleteMany({ at: { $lt: before } })).deletedCount;
  }
}
