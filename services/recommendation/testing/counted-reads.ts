import type { Db } from 'mongodb';

/** Methods of a collection that ask the server something. */
const READS = new Set<PropertyKey>(['find', 'findOne', 'aggregate', 'countDocuments', 'distinct']);

/** A database that counts what it is asked. */
export interface CountedReads {
  readonly database: Db;
  /** Reads so far. */
  count(): number;
}

/** Counts the reads that are made through `database`. */
export function countedReads(database: Db): CountedReads {
  let reads = 0;
  const collection = (name: string) =>
    new Proxy(database.collection(name), {
      get(target, method) {
        const value: unknown = Reflect.get(target, method);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]): unknown => {
          if (READS.has(method)) reads += 1;
          return Reflect.apply(value, target, given);
        };
      },
    });
  return { database: { collection } as unknown as Db, count: () => reads };
}
