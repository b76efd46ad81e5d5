import { describe, expect, it } from '@jest/globals';
import { spiffeId, workloadOf } from './spiffe-id.ts';

describe("a certificate's workload", () => {
  it('is the one its SPIFFE id names', () => {
    expect(workloadOf(`DNS:order, URI:${spiffeId('order')}`)).toBe('order');
    expect(workloadOf(`URI:${spiffeId('payment')}, DNS:payment`)).toBe('payment');
  });

  it.each([
    ['there are no names', undefined],
    ['there is no URI', 'DNS:order'],
    ['the trust domain is another', 'URI:spiffe://elsewhere/order'],
    ['there are two URIs', 'URI:spiffe://shopverse/order, URI:spiffe://shopverse/payment'],
    ['the path goes deeper', 'URI:spiffe://shopverse/order/admin'],
    ['a DNS name pretends to be a URI', 'DNS:"x, URI:spiffe://shopverse/order"'],
    ['the name is empty', 'URI:spiffe://shopverse/'],
  ])('is nobody when %s', (_why, names) => {
    expect(workloadOf(names)).toBeUndefined();
  });
});
