import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Registry, type Registrant } from './registry.ts';

const LEASE_MS = 1_000;
const instance = (id: string, change: Partial<Registrant> = {}): Registrant => ({
  id,
  service: 'product',
  ip: '127.0.0.1',
  port: Number(id),
  adminPort: 0,
  version: '1',
  startedAt: new Date(0),
  serving: true,
  certificateExpiresAt: undefined,
  ...change,
});

let told: string[];
let registry: Registry;
beforeEach(() => {
  jest.useFakeTimers();
  told = [];
  registry = new Registry(LEASE_MS, {
    changed: () => told.push('changed'),
    joined: ({ id }) => told.push(`joined ${id}`),
    gone: ({ id }, reason) => told.push(`gone ${id}: ${reason}`),
  });
});
afterEach(() => void jest.useRealTimers());
const ids = () => registry.instances().map(({ id }) => id);

describe('the registry', () => {
  it('has an instance from its registration to the end of it', () => {
    const registration = registry.register(instance('1'));
    expect(ids()).toEqual(['1']);
    registration.end();
    expect(ids()).toEqual([]);
    expect(told).toEqual(['joined 1', 'changed', 'gone 1: left', 'changed']);
  });

  it('believes in it for one lease without a word, and for as long as it is renewed', async () => {
    const { over } = registry.register(instance('1'));
    for (let i = 0; i < 5; i += 1) {
      jest.advanceTimersByTime(LEASE_MS - 1);
      expect(registry.renew('product', '1', { serving: true, certificateExpiresAt: undefined })).toBe(true);
    }
    jest.advanceTimersByTime(LEASE_MS);
    expect(ids()).toEqual([]);
    await expect(over).resolves.toBe('lease expired');
    expect(registry.renew('product', '1', { serving: true, certificateExpiresAt: undefined })).toBe(false);
  });

  it('tells when an instance can’t serve, and nothing when all is as it was', () => {
    registry.register(instance('1'));
    told.length = 0;
    registry.renew('product', '1', { serving: true, certificateExpiresAt: new Date(5) });
    expect(told).toEqual([]);
    registry.renew('product', '1', { serving: false, certificateExpiresAt: new Date(5) });
    expect(told).toEqual(['changed']);
  });

  it('lets nobody renew the instance of another service', () => {
    registry.register(instance('1'));
    expect(registry.renew('order', '1', { serving: false, certificateExpiresAt: undefined })).toBe(false);
    expect(registry.instances()[0]?.serving).toBe(true);
  });

  it('hands an instance over to its next stream without a gap', async () => {
    const old = registry.register(instance('1'));
    told.length = 0;
    registry.register(instance('1'));
    await expect(old.over).resolves.toBe('replaced');
    old.end();
    expect([ids(), told]).toEqual([['1'], []]);
  });

  it('forgets who had an address before', () => {
    registry.register(instance('1', { port: 7 }));
    registry.register(instance('2', { port: 7 }));
    expect(ids()).toEqual(['2']);
  });

  it('has, whatever happens in which order, exactly those whose last stream is open and whose lease runs', () => {
    const step = fc.record({ what: fc.constantFrom('register', 'end', 'renew', 'wait'), who: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const all = new Registry(LEASE_MS, { changed() {}, joined() {}, gone() {} });
        const open = new Map<string, { until: number; end: () => void }>();
        let now = 0;
        for (const { what, who } of steps) {
          const id = String(who);
          const known = open.get(id);
          if (what === 'register') open.set(id, { until: now + LEASE_MS, end: all.register(instance(id)).end });
          else if (what === 'end') {
            known?.end();
            open.delete(id);
          } else if (what === 'renew') {
            const renewed = all.renew('product', id, { serving: true, certificateExpiresAt: undefined });
            expect(renewed).toBe(known !== undefined);
            if (known !== undefined) known.until = now + LEASE_MS;
          } else {
            now += LEASE_MS / 4;
            jest.advanceTimersByTime(LEASE_MS / 4);
            for (const [key, { until }] of open) if (until <= now) open.delete(key);
          }
          expect(all.instances().map((entry) => entry.id)).toEqual([...open.keys()].toSorted());
        }
      }),
      { numRuns: 100 },
    );
  });
});
