import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openScene, type Scene } from '@shopverse/mesh/events/testing/scene';
import { newId } from '@shopverse/mesh/ids';
import { MongoClient, type Collection } from 'mongodb';

/** Many fields of one value: whoever reads it halfway through a change sees two. */
interface Doc {
  readonly _id: string;
  readonly [field: string]: string | number;
}

const CHANGES = 200;
const FIELDS = Array.from({ length: 300 }, (_, index) => `field${index}`);
const filled = (value: number) => Object.fromEntries(FIELDS.map((field) => [field, value]));

let scene: Scene;
let client: MongoClient;
beforeAll(async () => {
  scene = await openScene(['mongodb']);
  client = new MongoClient(scene.stack.addresses.mongodb('whole'), { retryWrites: false });
});
afterAll(async () => {
  await client.close();
  await scene.close();
});

const opened = (): Collection<Doc> => client.db().collection<Doc>(`whole-${newId()}`);

/** Reads while `change` is done, and answers every reading in which the fields have more than one value. */
async function tornWhile(collection: Collection<Doc>, change: (value: number) => Promise<unknown>): Promise<unknown[]> {
  await collection.insertOne({ _id: 'one', ...filled(0) });
  let over = false;
  const torn: unknown[] = [];
  const read = async () => {
    while (!over) {
      const { _id, ...fields } = (await collection.findOne({ _id: 'one' })) ?? { _id: '' };
      const values = new Set(Object.values(fields));
      if (values.size !== 1) torn.push([...values]);
    }
  };
  const readers = Promise.all(Array.from({ length: 4 }, read));
  try {
    for (let value = 1; value <= CHANGES; value += 1) await change(value);
  } finally {
    over = true;
    await readers;
  }
  return torn;
}

describe("The local part's documents", () => {
  it.each([
    ['replaced', (collection: Collection<Doc>) => (value: number) => collection.replaceOne({ _id: 'one' }, filled(value))],
    ['updated', (collection: Collection<Doc>) => (value: number) => collection.updateOne({ _id: 'one' }, { $set: filled(value) })],
    [
      'found and updated',
      (collection: Collection<Doc>) => (value: number) => collection.findOneAndUpdate({ _id: 'one' }, { $set: filled(value) }),
    ],
  ])('are whole for who reads them while they are %s', async (_how, change) => {
    const collection = opened();
    expect(await tornWhile(collection, change(collection))).toEqual([]);
    expect(await collection.findOne({ _id: 'one' })).toEqual({ _id: 'one', ...filled(CHANGES) });
  });

  it('lose no change that was made under an optimistic lock', async () => {
    const collection = opened();
    await collection.insertOne({ _id: 'one', ...filled(0), version: 0 });
    const add = async (): Promise<void> => {
      for (let tries = 0; tries < 1_000; tries += 1) {
        const found = await collection.findOne({ _id: 'one' });
        const version = Number(found?.['version']);
        const next = { ...filled(Number(found?.['field0']) + 1), version: version + 1 };
        if ((await collection.replaceOne({ _id: 'one', version }, next)).matchedCount === 1) return;
      }
      throw new Error('Others were faster a thousand times.');
    };
    const addFiftyTimes = async () => {
      for (let times = 0; times < 50; times += 1) await add();
    };
    await Promise.all([addFiftyTimes(), addFiftyTimes(), addFiftyTimes(), addFiftyTimes()]);
    expect(await collection.findOne({ _id: 'one' })).toEqual({ _id: 'one', ...filled(200), version: 200 });
  });
});
