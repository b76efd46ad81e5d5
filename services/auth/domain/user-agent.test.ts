import { describe, expect, it } from '@jest/globals';
import { shortenUserAgent } from './user-agent.ts';

describe('a user agent', () => {
  it.each([
    [undefined, ''],
    ['Mozilla/5.0 (X11)', 'Mozilla/5.0 (X11)'],
    ['evil\r\nheader', 'evilheader'],
  ])('%j is kept as %j', (header, kept) => {
    expect(shortenUserAgent(header)).toBe(kept);
  });

  it('is cut after 256 characters, never inside one', () => {
    expect(shortenUserAgent('😀'.repeat(300))).toBe('😀'.repeat(256));
  });
});
