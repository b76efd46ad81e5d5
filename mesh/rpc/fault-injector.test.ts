import { describe, expect, it } from '@jest/globals';
import { Fault } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { FaultInjector } from './fault-injector.ts';

const PATH = '/shopverse.product.v1.ProductService/GetProduct';
const { signal } = new AbortController();
const fault = (over: Partial<Fault>) => Fault.fromPartial({ method: 'GetProduct', percent: 100, ...over });
const reasonOf = async (call: Promise<void>) => call.then(() => 'OK', (error: { reason: string }) => error.reason); // prettier-ignore

describe('trouble on purpose', () => {
  it('is none until it is set, and none again when it is taken back', async () => {
    const faults = new FaultInjector();
    expect([faults.armed, await reasonOf(faults.meet(PATH, signal))]).toEqual([false, 'OK']);
    faults.set([fault({ abort: 'UNAVAILABLE' })]);
    expect([faults.armed, await reasonOf(faults.meet(PATH, signal))]).toEqual([true, 'DEPENDENCY_UNAVAILABLE']);
    faults.set([]);
    expect(await reasonOf(faults.meet(PATH, signal))).toBe('OK');
  });

  it('meets the calls of its method, or all', async () => {
    const faults = new FaultInjector();
    faults.set([fault({ method: 'ListProducts', abort: 'INTERNAL' })]);
    expect(await reasonOf(faults.meet(PATH, signal))).toBe('OK');
    faults.set([fault({ method: '*', abort: 'RESOURCE_EXHAUSTED' })]);
    expect(await reasonOf(faults.meet(PATH, signal))).toBe('OVERLOADED');
  });

  it('meets a share of them', async () => {
    let drawn = 0;
    const faults = new FaultInjector(() => (drawn++ % 100) / 100);
    faults.set([fault({ abort: 'UNAVAILABLE', percent: 20 })]);
    const reasons = await Promise.all(Array.from({ length: 200 }, () => reasonOf(faults.meet(PATH, signal))));
    expect(reasons.filter((reason) => reason !== 'OK')).toHaveLength(40);
  });

  it('delays, no longer than the caller waits', async () => {
    const faults = new FaultInjector();
    faults.set([fault({ delay: { seconds: 0n, nanos: 40_000_000 } })]);
    const started = performance.now();
    await faults.meet(PATH, signal);
    expect(performance.now() - started).toBeGreaterThanOrEqual(35);
    faults.set([fault({ delay: { seconds: 60n, nanos: 0 } })]);
    const hungUp = new AbortController();
    const met = faults.meet(PATH, hungUp.signal);
    hungUp.abort();
    await expect(met).resolves.toBeUndefined();
  });

  it('ends by itself', async () => {
    const faults = new FaultInjector();
    faults.set([fault({ abort: 'UNAVAILABLE', until: new Date(Date.now() - 1) })]);
    expect(await reasonOf(faults.meet(PATH, signal))).toBe('OK');
  });
});
