import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { skuOf } from './sku.ts';

const ID = '0192f0c1-2345-7abc-8def-0123456789ab';

describe('a SKU', () => {
  it('is made of words of the name and digits of the id', () => {
    expect(skuOf('Kavira 5-piece non-stick cookware set', ID)).toBe('KAVIRA-5-PIECE-NON-2PF2DB');
    expect(skuOf('चाय', ID)).toBe('P-2PF2DB');
  });

  it('has the form of the contract whatever the name is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uuid({ version: 7 }), (name, id) => /^[A-Z0-9][A-Z0-9-]{2,39}$/.test(skuOf(name, id))),
    );
  });
});
