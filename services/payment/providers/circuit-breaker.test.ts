import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CircuitBreaker, type CircuitResult } from './circuit-breaker.ts';

function circuit({ failures = 3, openMs = 1_000, random = 0 } = {}) {
  const clock = { now: 0 };
  const breaker = new CircuitBreaker({ failures, openMs, now: () => clock.now, random: () => random });
  const ask = (result: CircuitResult): boolean => {
    const report = breaker.enter();
    report?.(result);
    return report !== undefined;
  };
  return { breaker, clock, ask };
}

describe('a circuit', () => {
  it('opens after some failures in a row, and not before', () => {
    const { breaker, ask } = circuit();
    for (const result of ['away', 'away', 'answered', 'away', 'unclear', 'away'] as const) expect(ask(result)).toBe(true);
    expect(breaker.state).toBe('closed');
    ask('away');
    expect([breaker.state, breaker.waitMs, ask('answered')]).toEqual(['open', 1_000, false]);
  });

  it('lets one request through when its time has come, and closes by its answer', () => {
    const { breaker, clock, ask } = circuit({ failures: 1 });
    ask('away');
    clock.now = 1_000;
    expect(breaker.state).toBe('half-open');
    const report = breaker.enter();
    expect([report === undefined, breaker.enter()]).toEqual([false, undefined]);
    report?.('answered');
    expect([breaker.state, ask('answered')]).toEqual(['closed', true]);
  });

  it('stays open when that request fails, for a time that is spread by chance', () => {
    const { breaker, clock, ask } = circuit({ failures: 5, random: 0.5 });
    for (let time = 0; time < 5; time += 1) ask('away');
    expect(breaker.waitMs).toBe(1_250);
    clock.now = 1_250;
    ask('away');
    expect([breaker.state, breaker.waitMs]).toEqual(['open', 1_250]);
  });

  it('lets another one through when the first says nothing', () => {
    const { breaker, clock, ask } = circuit({ failures: 1 });
    ask('away');
    clock.now = 1_000;
    expect([ask('unclear'), breaker.state, ask('answered'), breaker.state]).toEqual([true, 'half-open', true, 'closed']);
  });

  it('never lets more than one through at a time until it is closed, whatever happens', () => {
    const step = fc.oneof(
      fc.record({ wait: fc.nat(700) }),
      fc.record({ ask: fc.constant(true) }),
      fc.record({ report: fc.constantFrom<CircuitResult>('answered', 'away', 'unclear') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { breaker, clock, ask } = circuit({ failures: 1 });
        ask('away');
        const underway: ((result: CircuitResult) => void)[] = [];
        for (const one of steps) {
          if (breaker.state === 'closed') return;
          if ('wait' in one) clock.now += one.wait;
          else if ('ask' in one) {
            const report = breaker.enter();
            if (report !== undefined) underway.push(report);
          } else underway.shift()?.(one.report);
          expect(underway.length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
