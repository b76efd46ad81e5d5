import { describe, expect, it } from '@jest/globals';
import { completions, findMethod, readMethods } from './methods.ts';

const { all } = await readMethods();

describe('a method is found', () => {
  it.each([
    'shopverse.product.v1.ProductService/GetProduct',
    '/shopverse.product.v1.ProductService/GetProduct',
    'product.v1.ProductService/GetProduct',
    'ProductService/GetProduct',
    'GetProduct',
  ])('by %s', (wanted) => {
    expect(findMethod(all, wanted)).toEqual({
      name: 'shopverse.product.v1.ProductService/GetProduct',
      workload: 'product',
      responseStream: false,
      request: 'shopverse.product.v1.GetProductRequest',
      response: 'shopverse.product.v1.Product',
    });
  });

  it.each([
    ['a part of a name', 'GetProd', /^There is no method GetProd; did you mean .*ProductService\/GetProduct/],
    ['a name that is nobody’s', 'Teleport', 'There is no method Teleport: npx shopverse call --list shows all.'],
    ['no name', '', /^There is no method ; did you mean/],
  ])('never by %s', (_what, wanted, message) => {
    expect(() => findMethod(all, wanted)).toThrow(message);
  });

  it('only when it is one alone', () => {
    const twice = [...all, { ...findMethod(all, 'GetProduct'), name: 'shopverse.other.v1.OtherService/GetProduct' }];
    expect(() => findMethod(twice, 'GetProduct')).toThrow(
      'GetProduct could be shopverse.product.v1.ProductService/GetProduct or shopverse.other.v1.OtherService/GetProduct.',
    );
    expect(findMethod(twice, 'OtherService/GetProduct').name).toBe('shopverse.other.v1.OtherService/GetProduct');
  });

  it('with a workload for each', () => {
    expect(new Set(all.map(({ workload }) => workload))).toEqual(
      new Set(['auth', 'user', 'product', 'order', 'payment', 'notification', 'analytics', 'recommendation', 'discovery']),
    );
  });
});

it('names are completed whatever their case', () => {
  expect(completions(all, '/getproduct')).toEqual(['shopverse.product.v1.ProductService/GetProduct']);
  expect(completions(all, '')).toHaveLength(all.length);
});
