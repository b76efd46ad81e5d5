import { describe, expect, it } from '@jest/globals';
import { PasswordHasher } from './password-hasher.ts';
import { WorkLimit } from './work-limit.ts';

const cheap = { memoryKib: 64, passes: 1, lanes: 1 };

/** Counts how much work went through. */
class CountingLimit extends WorkLimit {
  count = 0;
  override async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.count += 1;
    return super.run(work, signal);
  }
}

const newHasher = async () => {
  const limit = new CountingLimit({ running: 2, waiting: 10 });
  return { limit, hasher: await PasswordHasher.create(cheap, limit) };
};

describe('the password hasher', () => {
  it('keeps argon2id with its cost and a salt of its own for each hash', async () => {
    const { hasher } = await newHasher();
    const [one, two] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    expect(one).not.toBe(two);
  });

  it('knows the right password from a wrong one', async () => {
    const { hasher } = await newHasher();
    const kept = await hasher.hash('correct horse');
    expect(await hasher.matches(kept, 'correct horse')).toBe(true);
    expect(await hasher.matches(kept, 'correct horsf')).toBe(false);
  });

  it('takes the same characters in another form for the same password', async () => {
    const { hasher } = await newHasher();
    expect(await hasher.matches(await hasher.hash('caf\u00e9 au lait'), 'cafe\u0301 au lait')).toBe(true);
  });

  it('checks hashes of another cost', async () => {
    const { hasher } = await newHasher();
    const dearer = await PasswordHasher.create({ memoryKib: 128, passes: 2, lanes: 1 }, new WorkLimit({ running: 1, waiting: 1 }));
    expect(await hasher.matches(await dearer.hash('correct horse'), 'correct horse')).toBe(true);
  });

  it('does the same work when there is no such account, and never finds a password right', async () => {
    const { hasher, limit } = await newHasher();
    expect(await hasher.matches(undefined, 'correct horse')).toBe(false);
    expect(limit.count).toBe(1);
  });
});
