import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePolicy } from '../policy/parse.ts';
import type { RegisteredInstance } from '../registry.ts';
import { clusterShares, weighedInstances } from './endpoints.ts';

const instance = (version: string, port: number, serving = true): RegisteredInstance => ({
  id: String(port),
  service: 'product',
  ip: '10.0.0.1',
  port,
  adminPort: 0,
  version,
  startedAt: new Date(0),
  registeredAt: new Date(0),
  serving,
  certificateExpiresAt: undefined,
});
const weights = (given: Record<string, number>) => parsePolicy('product.json', JSON.stringify({ weights: given }));

describe('the calls of a service', () => {
  it('go to all alike without weights', () => {
    const instances = [instance('1', 1), instance('2', 2)];
    expect(clusterShares('product', parsePolicy('product.yaml', ''), instances)).toEqual([{ name: 'product', weight: 1, instances }]);
  });

  it('go to versions by their weights, and to none that has no weight', () => {
    const shares = clusterShares('product', weights({ '1': 90, '2': 10 }), [instance('1', 1), instance('2', 2), instance('3', 3)]);
    expect(shares.map(({ name, weight }) => [name, weight])).toEqual([
      ['product/1', 90],
      ['product/2', 10],
    ]);
  });

  it('leave out a canary that fell over, and go to all when no weighted version is there', () => {
    const fallen = [instance('1', 1), instance('2', 2, false)];
    expect(clusterShares('product', weights({ '1': 50, '2': 50 }), fallen).map(({ name }) => name)).toEqual(['product/1']);
    expect(clusterShares('product', weights({ '9': 1 }), fallen).map(({ name }) => name)).toEqual(['product']);
  });

  it('are spread over versions as the weights say, however many instances each has', () => {
    const counts = fc.record({ a: fc.integer({ min: 1, max: 20 }), b: fc.integer({ min: 1, max: 20 }) });
    const shares = fc.record({ a: fc.integer({ min: 1, max: 100 }), b: fc.integer({ min: 1, max: 100 }) });
    fc.assert(
      fc.property(counts, shares, (count, share) => {
        const instances = [
          ...Array.from({ length: count.a }, (_, i) => instance('a', 100 + i)),
          ...Array.from({ length: count.b }, (_, i) => instance('b', 200 + i)),
        ];
        const weighed = weighedInstances(clusterShares('product', weights(share), instances));
        const sum = (version: string) =>
          weighed.filter((entry) => entry.instance.version === version).reduce((total, { weight }) => total + weight, 0);
        const wanted = share.a / (share.a + share.b);
        expect(sum('a') / (sum('a') + sum('b'))).toBeCloseTo(wanted, 1);
        expect(weighed.every(({ weight }) => Number.isInteger(weight) && weight >= 1)).toBe(true);
      }),
    );
  });
});
