import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openScene, type Scene } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import fc from 'fast-check';
import { MongoClient, type Collection, type Db, type Filter } from 'mongodb';

interface Doc {
  readonly _id: string;
  readonly owner: string;
  readonly state: string;
  readonly due: number;
  readonly tags: readonly { readonly name: string }[];
}

let scene: Scene;
let client: MongoClient;
let database: Db;
beforeAll(async () => {
  scene = await openScene(['mongodb']);
  client = new MongoClient(scene.stack.addresses.mongodb('indexes'), { retryWrites: false });
  database = client.db();
});
afterAll(async () => {
  await client.close();
  await scene.close();
});

const indexed = async (): Promise<Collection<Doc>> => {
  const collection = database.collection<Doc>(`indexed-${newId()}`);
  await collection.createIndexes([
    { key: { owner: 1, due: 1 } },
    { key: { state: 1, due: 1 } },
    { key: { 'tags.name': 1 } },
    { key: { due: 1, owner: 1, _id: 1 }, unique: true, name: 'unique' },
  ]);
  return collection;
};

const word = fc.constantFrom('a', 'b', 'c');
const number = fc.integer({ min: 0, max: 4 });
const fields = fc.record({ owner: word, state: word, due: number, tags: fc.array(fc.record({ name: word }), { maxLength: 3 }) });
const id = fc.constantFrom(...Array.from({ length: 12 }, (_, index) => `id-${index}`));
const filter: fc.Arbitrary<Filter<Doc>> = fc.oneof(
  fc.record({ owner: word, due: fc.record({ $gte: number }) }),
  fc.record({ owner: word, state: word }),
  fc.record({ owner: fc.constantFrom('nobody') }),
  fc.record({ state: word, due: fc.record({ $lte: number }) }),
  fc.record({ state: fc.record({ $in: fc.array(word) }) }),
  fc.record({ _id: id, state: word }),
  fc.record({ _id: fc.record({ $in: fc.array(id, { maxLength: 4 }) }), owner: word }),
  fc.record({ due: number, owner: word, _id: id, state: word }),
  fc.record({ 'tags.name': word, owner: word }),
);
const step = fc.oneof(
  fc.record({ what: fc.constant('put' as const), id, fields }),
  fc.record({ what: fc.constant('change' as const), filter, state: word }),
  fc.record({ what: fc.constant('move' as const), id, fields }),
  fc.record({ what: fc.constant('remove' as const), filter }),
);

describe("the local server's indexes", () => {
  it('change no answer: after any writes, every query finds what it finds without them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.array(filter, { minLength: 5, maxLength: 10 }), async (steps, filters) => {
        const both = [await indexed(), database.collection<Doc>(`plain-${newId()}`)] as const;
        for (const one of steps) {
          for (const collection of both) {
            if (one.what === 'put') await collection.updateOne({ _id: one.id }, { $setOnInsert: one.fields }, { upsert: true });
            if (one.what === 'change') await collection.updateMany(one.filter, { $set: { state: one.state } });
            if (one.what === 'move') await collection.replaceOne({ _id: one.id }, one.fields);
            if (one.what === 'remove') await collection.deleteMany(one.filter);
          }
        }
        for (const wanted of [{}, ...filters]) {
          const [found, expected] = await Promise.all(both.map((collection) => collection.find(wanted).sort({ _id: 1 }).toArray()));
          expect(found).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('are there again when the server has been away', async () => {
    const collection = await indexed();
    const tags = [{ name: 'a' }, { name: 'b' }];
    await collection.insertMany([1, 2, 3, 4].map((due) => ({ _id: String(due), owner: `o${due}`, state: 'x', due, tags })));
    await scene.stack.supervisor.part('mongodb').stop();
    await scene.stack.supervisor.part('mongodb').start();
    expect(await collection.find({ owner: 'o3', state: 'x' }).toArray()).toEqual([expect.objectContaining({ _id: '3' })]);
    await collection.updateOne({ owner: 'o3' }, { $set: { owner: 'o9' } });
    expect(await collection.findOne({ owner: 'o3' })).toBeNull();
    expect(await collection.findOne({ owner: 'o9', due: 3 })).toMatchObject({ _id: '3' });
  }, 60_000);
});
