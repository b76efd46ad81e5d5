import type { Db } from 'mongodb';
import type { AdminDocument, DeviceDocument, MailDocument, NoticeDocument, PreferenceDocument, RecipientDocument } from './documents.ts';

/** How long after somebody is gone what was under way may still be written, in milliseconds: many times what a consumer has for one event. */
const STRAGGLING_MS = 15 * 60_000;
/** Most people that are looked at in one run, those gone last. */
const MOST_PEOPLE = 10_000;

/**
 * Forgets somebody. Of their address and preferences only stays that there are none any more, so that an event that comes late, or again, makes nobody of them; that goes first, as a mail
 * that is under way then finds nobody to go to. Once more changes nothing.
 */
export async function erasePerson(database: Db, userId: string, at: Date): Promise<void> {
  await database.collection<RecipientDocument>('recipients').replaceOne({ _id: userId }, { email: '', name: '' }, { upsert: true });
  const nothing = { kinds: {}, quiet: null, revision: 0, gone: true, goneAt: at } as const;
  await database.collection<PreferenceDocument>('preferences').replaceOne({ _id: userId }, nothing, { upsert: true });
  await removeAllOf(database, [userId]);
}

/**
 * Removes what was written about people after they were forgotten, by who had looked before whether they are there. To look once more behind each notice would be a
 * query for every one of them; this is one for all, now and then.
 */
export async function removeStragglers(database: Db, now: Date): Promise<void> {
  const gone = await database
    .collection<PreferenceDocument>('preferences')
    .find({ goneAt: { $gt: new Date(now.getTime() - STRAGGLING_MS) } }, { maxTimeMS: 2_000, projection: { _id: 1 } })
    .sort({ goneAt: -1 })
    .limit(MOST_PEOPLE)
    .toArray();
  if (gone.length > 0) await removeAllOf(database, gone.map(({ _id }) => _id)); // prettier-ignore
}

async function removeAllOf(database: Db, userIds: readonly string[]): Promise<void> {
  const theirs = { $in: [...userIds] };
  await Promise.all([
    database.collection<NoticeDocument>('notices').deleteMany({ userId: theirs }),
    database.collection<MailDocument>('mails').deleteMany({ userId: theirs }),
    database.collection<DeviceDocument>('devices').deleteMany({ userId: theirs }),
    database.collection<AdminDocument>('admins').deleteMany({ _id: theirs }),
  ]);
}
