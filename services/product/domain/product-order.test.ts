import { describe, expect, it } from '@jest/globals';
import { productOrder } from './product-order.ts';

describe('the order of a list', () => {
  it.each([
    ['price', 'price', false],
    ['price desc', 'price', true],
    ['  name   desc ', 'name', true],
    ['created_at', 'created_at', false],
  ])('%j is read', (text, by, descending) => {
    expect(productOrder(text)).toEqual({ by, descending });
  });

  it.each(['', '  '])('%j is none', (text) => {
    expect(productOrder(text)).toBeUndefined();
  });

  it.each(['prize', 'price asc', 'price DESC', 'price, name', 'price desc desc', 'price\tdesc', 'price; drop table products', '__proto__'])(
    '%j is refused with what is allowed',
    (text) => {
      expect(() => productOrder(text)).toThrow(/price, price desc, name, name desc, created_at, created_at desc/);
    },
  );
});
