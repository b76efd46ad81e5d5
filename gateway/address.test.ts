import { describe, expect, it } from '@jest/globals';
import { Address, isAddressLiteral, isLoopback, parseAddress } from './address.ts';

describe('an address', () => {
  it.each([
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    ['order-1.shop.svc:50051', { host: 'order-1.shop.svc', port: 50051 }],
    ['[::1]:0', { host: '::1', port: 0 }],
  ])('is read from %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(String(parseAddress(text))).toBe(text);
  });

  it.each(['', '8080', 'host', 'host:', ':80', 'host:65536', 'host:-1', 'ho st:80', '::1:80', '[nothing]:80', 'a=b:80', 'http://host:80'])(
    'is not read from "%s"',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  it('is a loopback one only when no other machine can reach it', () => {
    const loopback = (host: string): boolean => isLoopback(new Address(host, 1));
    expect(['127.0.0.1', '127.9.9.9', '::1'].every(loopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'localhost'].some(loopback)).toBe(false);
  });

  it('is a literal when nobody has to be asked for it', () => {
    expect(isAddressLiteral(new Address('::1', 1))).toBe(true);
    expect(isAddressLiteral(new Address('order', 1))).toBe(false);
  });
});
