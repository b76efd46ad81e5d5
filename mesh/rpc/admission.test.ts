import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Admission } from './admission.ts';

const INTERVAL_MS = 100;

/** A server whose event loop is as late as the test says. */
function server(max: number) {
  const state = { delay: 0, now: 0 };
  const admission = new Admission({ max, delayMs: () => state.delay, now: () => state.now });
  const fill = (): number => {
    let entered = 0;
    while (entered < 10_000 && admission.tryEnter()) entered += 1;
    return entered;
  };
  const interval = (delay: number) => {
    state.now += INTERVAL_MS;
    state.delay = delay;
  };
  return { admission, fill, interval };
}

describe('admission', () => {
  it('lets calls in up to its limit, and one more for each that leaves', () => {
    const { admission, fill } = server(4);
    expect(fill()).toBe(4);
    admission.leave();
    expect([admission.tryEnter(), admission.tryEnter()]).toEqual([true, false]);
  });

  it('lets fewer in while the event loop is late, never less than a few, and more again when it has recovered', () => {
    const { admission, fill, interval } = server(200);
    fill();
    for (let late = 0; late < 10; late += 1) {
      interval(150);
      expect(admission.tryEnter()).toBe(false);
    }
    expect(admission.limit).toBe(Math.floor(200 * 0.9 ** 10));
    for (let late = 0; late < 100; late += 1) {
      interval(150);
      admission.tryEnter();
    }
    expect(admission.limit).toBe(64);
    while (admission.running > 0) admission.leave();
    for (let good = 0; good < 20; good += 1) {
      interval(1);
      fill();
    }
    expect(admission.limit).toBe(84);
  });

  it('shrinks to what it really does, when that is less than the limit', () => {
    const { admission, interval } = server(500);
    for (let call = 0; call < 100; call += 1) admission.tryEnter();
    interval(150);
    admission.tryEnter();
    expect(admission.limit).toBe(90);
  });

  it('does not grow without need', () => {
    const { admission, fill, interval } = server(100);
    fill();
    interval(150);
    admission.tryEnter();
    while (admission.running > 0) admission.leave();
    const { limit } = admission;
    for (let idle = 0; idle < 10; idle += 1) {
      interval(0);
      admission.tryEnter();
      admission.leave();
    }
    // Once, for the calls that were refused before.
    expect(admission.limit).toBeLessThanOrEqual(limit + 1);
  });

  it('stays within its bounds, whatever comes', () => {
    const step = fc.oneof(fc.constant('enter' as const), fc.constant('leave' as const), fc.integer({ min: 0, max: 500 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.array(step, { maxLength: 300 }), (max, steps) => {
        const { admission, interval } = server(max);
        let inside = 0;
        for (const each of steps) {
          if (each === 'enter') inside += Number(admission.tryEnter());
          else if (each !== 'leave') interval(each);
          else if (inside > 0) {
            admission.leave();
            inside -= 1;
          }
          expect(admission.running).toBe(inside);
          expect(inside).toBeLessThanOrEqual(max);
          expect(admission.limit).toBeGreaterThanOrEqual(Math.min(64, max) - 1);
          expect(admission.limit).toBeLessThanOrEqual(max);
        }
      }),
    );
  });
});
