import { describe, expect, it } from '@jest/globals';
import { verbRefusals } from './verb-refusals.ts';

const rules = [
  { verb: 'GET', template: '/v1/orders/{id}' },
  { verb: 'PATCH', template: '/v1/orders/{order.id}' },
  { verb: 'POST', template: '/v1/orders/{id}:cancel' },
  { verb: 'GET', template: '/.well-known/jwks.json' },
];

describe('paths that are there with other verbs', () => {
  const refusals = verbRefusals(rules);

  it('say which, however the contracts name the variables', () => {
    expect(refusals.map(({ headers }) => headers?.['allow'])).toEqual(['GET, PATCH', 'POST', 'GET']);
  });

  it.each([
    ['/v1/orders/1', 0],
    ['/v1/orders/1:cancel', 1],
    ['/.well-known/jwks.json', 2],
    ['/Xwell-known/jwks.json', -1],
    ['/v1/orders', -1],
    ['/v1/orders/1/2', -1],
    ['/v1/orders/', -1],
  ])('%s is told by number %i', (path, index) => {
    const expressions = refusals.map(({ when }) => new RegExp(JSON.parse(/matches\((".*")\)/.exec(when)?.[1] ?? '""') as string));
    expect(expressions.findIndex((expression) => expression.test(path))).toBe(index);
  });
});
