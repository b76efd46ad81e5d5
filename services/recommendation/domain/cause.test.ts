import { describe, expect, it } from '@jest/globals';
import { causeText, type Cause } from './cause.ts';

const teapot = { productId: 'p', productName: 'Teapot' };

describe('the text of a cause', () => {
  it.each<[Cause, string]>([
    [{ kind: 'VIEWED', ...teapot }, 'Because you viewed Teapot'],
    [{ kind: 'CARTED', ...teapot }, 'Because you put Teapot into your cart'],
    [{ kind: 'BOUGHT', ...teapot }, 'Because you bought Teapot'],
    [{ kind: 'TOGETHER', ...teapot }, 'Viewed or bought together with Teapot'],
    [{ kind: 'POPULAR' }, 'Popular now'],
    [{ kind: 'TRENDING' }, 'Trending now'],
    [{ kind: 'POPULAR_IN_CATEGORY' }, 'Popular in Kitchen'],
    [{ kind: 'NEW_IN_CATEGORY' }, 'New in Kitchen'],
  ])('%j is "%s"', (cause, text) => {
    expect(causeText(cause, 'Kitchen')).toBe(text);
  });

  it('says no more than is known', () => {
    expect(causeText({ kind: 'VIEWED', productId: 'p', productName: '' }, '')).toBe('Because you viewed something like it');
    expect(causeText({ kind: 'POPULAR_IN_CATEGORY' }, '')).toBe('Popular in its category');
  });
});
