import { describe, expect, it } from '@jest/globals';
import { domainOf, isAddress } from './mailer.ts';

describe("a sender's domain", () => {
  it.each([
    ['ShopVerse <no-reply@shop.example>', 'shop.example'],
    ['no-reply@shop.example', 'shop.example'],
    ['nonsense', 'localhost'],
  ])('of "%s" is %s', (from, domain) => expect(domainOf(from)).toBe(domain));
});

describe('an address', () => {
  it.each(['asha@people.example', "o'neil+shop@mail.people.example", 'अशा@people.example'])('such as %s takes mail', (text) => {
    expect(isAddress(text)).toBe(true);
  });
  it.each([
    'asha@people.example\r\nBcc: all@people.example',
    'asha@people.example\n',
    'asha@people.example, ravi@people.example',
    'Asha <asha@people.example>',
    'asha@people.example> RCPT TO:<ravi@people.example',
    'asha;ravi@people.example',
    'asha@@people.example',
    'asha\0@people.example',
    '@people.example',
    'asha@',
    `${'a'.repeat(65)}@people.example`,
    `asha@${'a'.repeat(250)}`,
    '',
  ])('such as %j takes none', (text) => expect(isAddress(text)).toBe(false));
});
