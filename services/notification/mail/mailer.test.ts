import { describe, expect, it } from '@jest/globals';
import { domainOf } from './mailer.ts';

describe("a sender's domain", () => {
  it.each([
    ['ShopVerse <no-reply@shop.example>', 'shop.example'],
    ['no-reply@shop.example', 'shop.example'],
    ['nonsense', 'localhost'],
  ])('of "%s" is %s', (from, domain) => expect(domainOf(from)).toBe(domain));
});
