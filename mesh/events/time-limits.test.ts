import { describe, expect, it } from '@jest/globals';
import { TimeLimits } from './time-limits.ts';

const forever = () => new Promise<never>(() => undefined);

describe('work within limits', () => {
  it('answers what the work answers, and fails as it fails', async () => {
    const limits = new TimeLimits();
    await expect(limits.within(60_000, async () => 1)).resolves.toBe(1);
    await expect(limits.within(60_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('is given up after its time, whether it listens or not', async () => {
    const limits = new TimeLimits();
    let told: AbortSignal | undefined;
    await expect(limits.within(10, (signal) => ((told = signal), forever()))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(told?.aborted).toBe(true);
  });

  it('is given up all at once when everything ends', async () => {
    const limits = new TimeLimits();
    const works = [limits.within(60_000, forever), limits.within(60_000, forever)];
    limits.endIn(1);
    for (const work of works) await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  });
});
