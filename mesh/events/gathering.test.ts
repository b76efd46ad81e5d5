import { describe, expect, it } from '@jest/globals';
import { Gathering } from './gathering.ts';

describe('a gathering', () => {
  it('does at once what several ask for at about the same time, no more than the most', async () => {
    const done: (readonly number[])[] = [];
    const gathering = new Gathering<number>(4, async (items) => void done.push(items));
    await Promise.all([gathering.add([1, 2]), gathering.add([3]), gathering.add([4, 5])]);
    expect(done).toEqual([[1, 2, 3, 4], [5]]);
    await gathering.add([6]);
    expect(done).toEqual([[1, 2, 3, 4], [5], [6]]);
  });

  it('fails for all who were part of it, and begins anew', async () => {
    let broken = true;
    const gathering = new Gathering<number>(4, async () => {
      if (broken) throw new Error('no');
    });
    const results = await Promise.allSettled([gathering.add([1]), gathering.add([2])]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    await expect(gathering.add([3])).resolves.toBeUndefined();
  });
});
