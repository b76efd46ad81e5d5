import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WorkLimit } from './work-limit.ts';

/** Work that ends when it is told to. */
function piece() {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { work: () => promise, end: () => resolve('done') };
}

describe('a work limit', () => {
  it('refuses what would have to wait beyond the queue, and says when to come back', async () => {
    const limit = new WorkLimit({ running: 1, waiting: 1 });
    const [first, second] = [piece(), piece()];
    const running = limit.run(first.work);
    const waiting = limit.run(second.work);
    await expect(limit.run(async () => 'never')).rejects.toMatchObject({ reason: 'OVERLOADED', options: { retryAfterMs: 1_000 } });
    first.end();
    second.end();
    await expect(Promise.all([running, waiting])).resolves.toEqual(['done', 'done']);
    await expect(limit.run(async () => 'free again')).resolves.toBe('free again');
  });

  it('lets go of a turn when the work fails', async () => {
    const limit = new WorkLimit({ running: 1, waiting: 0 });
    await expect(limit.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(limit.run(async () => 'next')).resolves.toBe('next');
  });

  it('forgets who hung up while waiting', async () => {
    const limit = new WorkLimit({ running: 1, waiting: 1 });
    const first = piece();
    const running = limit.run(first.work);
    const client = new AbortController();
    const waiting = limit.run(async () => 'never', client.signal);
    client.abort(new Error('hung up'));
    await expect(waiting).rejects.toThrow('hung up');
    const next = limit.run(async () => 'takes the place');
    first.end();
    await expect(running).resolves.toBe('done');
    await expect(next).resolves.toBe('takes the place');
  });

  it('does not begin for who has hung up already', async () => {
    const limit = new WorkLimit({ running: 1, waiting: 1 });
    await expect(limit.run(async () => 'never', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });

  it('never runs more at once than allowed, does all that it took, and takes turns in order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.nat(6), fc.nat(20), async (running, waiting, pieces) => {
        const limit = new WorkLimit({ running, waiting });
        let [now, most] = [0, 0];
        const begun: number[] = [];
        const results = await Promise.allSettled(
          Array.from({ length: pieces }, (_, index) =>
            limit.run(async () => {
              begun.push(index);
              now += 1;
              most = Math.max(most, now);
              await new Promise((resolve) => setImmediate(resolve));
              now -= 1;
            }),
          ),
        );
        expect(most).toBe(Math.min(pieces, running));
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(Math.min(pieces, running + waiting));
        expect(begun).toEqual(begun.toSorted((a, b) => a - b));
      }),
    );
  });
});
