import type { Collection, Db } from 'mongodb';
import type { RecipientDocument } from './documents.ts';

/** Somebody who gets mail. */
export interface Recipient {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  /** No mail is sent before this: the address does not exist, or takes none. */
  readonly bouncingUntil?: Date | undefined;
}

/** Addresses and names of the people that notices go to. */
export class RecipientStore {
  readonly #recipients: Collection<RecipientDocument>;

  constructor(database: Db) {
    this.#recipients = database.collection<RecipientDocument>('recipients');
  }

  /** Remembers somebody; what is known already stays. */
  async remember({ userId, email, name }: Recipient): Promise<void> {
    await this.#recipients.updateOne({ _id: userId }, { $setOnInsert: { email, name } }, { upsert: true });
  }

  async find(userId: string): Promise<Recipient | undefined> {
    const found = await this.#recipients.findOne({ _id: userId });
    return found === null || found.email === ''
      ? undefined
      : { userId, email: found.email, name: found.name, bouncingUntil: found.bouncingUntil };
  }

  /** An address bounces. Says nothing about one that somebody has by now in its place. */
  async bouncing({ userId, email }: Recipient, until: Date): Promise<void> {
    await this.#recipients.updateOne({ _id: userId, email }, { $set: { bouncingUntil: until } });
  }
}
