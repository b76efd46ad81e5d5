import { describe, expect, it } from '@jest/globals';
import { isHostname, isIp } from './host.ts';
import { codePoints, isEmail } from './text.ts';
import { isUri } from './uri.ts';

describe('the formats of strings', () => {
  it.each([
    ['', 0],
    ['né', 2],
    ['💡a', 2],
    ['\ud83d', 1],
    ['a\udca1', 2],
  ])('counts the code points of %j', (text, count) => {
    expect(codePoints(text)).toBe(count);
    expect(codePoints(text)).toBe(Array.from(text).length);
  });

  it.each([
    'https://example.com/a%20b?c=d#e',
    'urn:isbn:1',
    'http://[::1]:80/',
    'http://[fe80::1%25en0]/',
    'mailto:a@b',
    'a:',
    'http://%C3%A9/',
  ])('takes %s for a URI', (text) => {
    expect(isUri(text)).toBe(true);
  });

  it.each(['', 'example.com/a', '//example.com', 'http://a b/', 'http://[1.2.3.4]/', 'http://%ff/', 'http://a:b:c/', '1a:b', 'a:%4'])(
    'takes %j for no URI',
    (text) => {
      expect(isUri(text)).toBe(false);
    },
  );

  it.each([
    [isHostname, 'a-b.example.', true],
    [isHostname, 'a..b', false],
    [isHostname, '-a.b', false],
    [isHostname, '10.1.2.3', false],
    [isIp, '10.1.2.3', true],
    [isIp, '10.1.2.03', false],
    [isIp, 'fe80::1%eth0', true],
    [isIp, 'fe80::1%', false],
    [isEmail, "o'neil+shop@example.co", true],
    [isEmail, 'a@b@c', false],
  ])('%p of %j is %p', (is, text, answer) => {
    expect(is(text)).toBe(answer);
  });
});
