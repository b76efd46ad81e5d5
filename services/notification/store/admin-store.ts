import type { Collection, Db } from 'mongodb';
import type { AdminDocument } from './documents.ts';

/** Most admins that are told something. */
const MOST = 1_000;

/** Who runs the shop, as RoleChanged events tell. */
export class AdminStore {
  readonly #admins: Collection<AdminDocument>;

  constructor(database: Db) {
    this.#admins = database.collection<AdminDocument>('admins');
  }

  /** Somebody's role changed at `at`. An older change than the one that is known says nothing. */
  async changed(userId: string, admin: boolean, at: Date): Promise<void> {
    await this.#admins.updateOne({ _id: userId }, { $setOnInsert: { admin, changedAt: at } }, { upsert: true });
    await this.#admins.updateOne({ _id: userId, changedAt: { $lt: at } }, { $set: { admin, changedAt: at } });
  }

  /** The user ids of all admins. */
  async all(): Promise<string[]> {
    const found = await this.#admins.find({ admin: true }).limit(MOST).toArray();
    return found.map(({ _id }) => _id);
  }
}
