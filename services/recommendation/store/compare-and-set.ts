import { MongoServerError, type Collection, type Filter, type OptionalUnlessRequiredId } from 'mongodb';
import { backoffMs, sleep } from '@shopverse/mesh/backoff';
import { failure } from '@shopverse/mesh/failure';

/** A document with an optimistic lock. */
export interface Versioned {
  readonly _id: string;
  readonly version: number;
}

/** Tries before a change is given up; its event is handled again later. */
const MAX_TRIES = 25;
const DUPLICATE_KEY = 11_000;

/**
 * Changes one document from what it is: reads it, computes the next, and writes that only if nobody else has written in between, else again. One atomic
 * step on one document, so it needs neither transactions nor update operators for the rules.
 *
 * Throws CONCURRENT_CHANGE when others are faster each time.
 *
 * @param next the document that follows (without its version), or undefined to leave it as it is; gets undefined when there is none yet
 */
export async function compareAndSet<Document extends Versioned>(
  collection: Collection<Document>,
  id: string,
  next: (current: Document | undefined) => Omit<Document, '_id' | 'version'> | undefined,
): Promise<void> {
  const byId = { _id: id } as Filter<Document>;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (tries > 0) await sleep(backoffMs(tries, { initialMs: 5, maxMs: 200 }));
    const current = (await collection.findOne(byId)) as Document | null;
    const changed = next(current ?? undefined);
    if (changed === undefined) return;
    if (await write(collection, id, current?.version, changed)) return;
  }
  throw failure(
    'CONCURRENT_CHANGE',
    `Others changed one document of ${collection.collectionName} ${MAX_TRIES} times while it was to be changed.`,
    { id },
  );
}

/** False when somebody else was faster. */
async function write<Document extends Versioned>(
  collection: Collection<Document>,
  id: string,
  version: number | undefined,
  changed: Omit<Document, '_id' | 'version'>,
): Promise<boolean> {
  if (version !== undefined) {
    const filter = { _id: id, version } as unknown as Filter<Document>;
    const { matchedCount } = await collection.replaceOne(filter, { ...changed, version: version + 1 } as unknown as Document);
    return matchedCount === 1;
  }
  try {
    await collection.insertOne({ ...changed, _id: id, version: 1 } as unknown as OptionalUnlessRequiredId<Document>);
    return true;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
    throw error;
  }
}
