import type { Db } from 'mongodb';
import type { AdminDocument, DeviceDocument, MailDocument, NoticeDocument, PreferenceDocument, RecipientDocument } from './documents.ts';

/**
 * Forgets somebody. Of their address and preferences only stays that there are none any more, so that an event that comes late, or again, makes nobody of them; that goes first, as a mail
 * that is under way then finds nobody to go to. Once more changes nothing.
 */
export async function erasePerson(database: Db, userId: string): Promise<void> {
  await database.collection<RecipientDocument>('recipients').replaceOne({ _id: userId }, { email: '', name: '' }, { upsert: true });
  const nothing = { kinds: {}, quiet: null, revision: 0, gone: true } as const;
  await database.collection<PreferenceDocument>('preferences').replaceOne({ _id: userId }, nothing, { upsert: true });
  await Promise.all([
    database.collection<NoticeDocument>('notices').deleteMany({ userId }),
    database.collection<MailDocument>('mails').deleteMany({ userId }),
    database.collection<DeviceDocument>('devices').deleteMany({ userId }),
    database.collection<AdminDocument>('admins').deleteOne({ _id: userId }),
  ]);
}
