import { createHash } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import type { DeviceDocument } from './documents.ts';

/** From where people sign in, as far as their programs say. */
export class DeviceStore {
  readonly #devices: Collection<DeviceDocument>;

  constructor(database: Db) {
    this.#devices = database.collection<DeviceDocument>('devices');
  }

  /**
   * Notes a sign-in; answers whether it is from a device that was not seen before, which is the same each time for the same event. Somebody's first
   * device is no news: they have just opened their account.
   */
  async isNews({ userId, userAgent, eventId, at }: { userId: string; userAgent: string; eventId: string; at: Date }): Promise<boolean> {
    const _id = createHash('sha256')
      .update(JSON.stringify([userId, userAgent]))
      .digest('base64url');
    const known = await this.#devices.findOne({ _id });
    const first = known === null && (await this.#devices.findOne({ userId })) === null;
    if (known === null) await this.#devices.updateOne({ _id }, { $setOnInsert: { userId, eventId, first, seenAt: at } }, { upsert: true });
    const device = known ?? (await this.#devices.findOne({ _id }));
    return device !== null && device.eventId === eventId && !device.first;
  }
}
