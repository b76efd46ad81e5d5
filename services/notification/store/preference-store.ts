import { MongoServerError, type Collection, type Db } from 'mongodb';
import { failure } from '@shopverse/mesh/failure';
import { DEFAULTS, type Preferences } from '../domain/preferences.ts';
import type { PreferenceDocument } from './documents.ts';

/** Preferences as they are stored, with the number of the change that made them; 0 when there was none. */
export interface StoredPreferences extends Preferences {
  readonly revision: number;
  /** They are deleted, and told nothing any more. */
  readonly gone: boolean;
}

const DUPLICATE_KEY = 11_000;

/** What people want to be told. */
export class PreferenceStore {
  readonly #preferences: Collection<PreferenceDocument>;

  constructor(database: Db) {
    this.#preferences = database.collection<PreferenceDocument>('preferences');
  }

  async get(userId: string): Promise<StoredPreferences> {
    const found = await this.#preferences.findOne({ _id: userId });
    return found === null
      ? { ...DEFAULTS, revision: 0, gone: false }
      : { kinds: found.kinds, quiet: found.quiet ?? undefined, revision: found.revision, gone: found.gone === true };
  }

  /** Replaces what is at `revision`. Throws CONCURRENT_CHANGE when somebody else was faster. */
  async put(userId: string, revision: number, { kinds, quiet }: Preferences): Promise<StoredPreferences> {
    const next = { kinds, quiet: quiet ?? null, revision: revision + 1 };
    const done = revision === 0 ? await this.#insert(userId, next) : (await this.#preferences.updateOne({ _id: userId, revision }, { $set: next })).matchedCount === 1; // prettier-ignore
    if (!done) throw failure('CONCURRENT_CHANGE', 'The preferences were changed meanwhile; read them again.');
    return { kinds, quiet, revision: revision + 1, gone: false };
  }

  async #insert(userId: string, document: Omit<PreferenceDocument, '_id'>): Promise<boolean> {
    try {
      await this.#preferences.insertOne({ _id: userId, ...document });
      return true;
    } catch (error) {
      if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }
}
