import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CannotOpen, open, seal } from './sealed-box.ts';

const key = randomBytes(32);

describe('a sealed box', () => {
  it('gives back what was put in, and shows none of it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 300 }), fc.string(), (plain, label) => {
        const sealed = seal(key, plain, label);
        expect(new Uint8Array(open(key, sealed, label))).toEqual(plain);
        expect(sealed.indexOf(plain)).toBe(-1);
      }),
    );
  });

  it('is different each time', () => {
    expect(seal(key, Buffer.from('secret'), 'a')).not.toEqual(seal(key, Buffer.from('secret'), 'a'));
  });

  it('opens with no other key and for no other label', () => {
    const sealed = seal(key, Buffer.from('secret'), 'key a');
    expect(() => open(randomBytes(32), sealed, 'key a')).toThrow(CannotOpen);
    expect(() => open(key, sealed, 'key b')).toThrow(CannotOpen);
  });

  it('does not open when a single bit was changed, or a part is missing', () => {
    const sealed = seal(key, Buffer.from('secret'), 'a');
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(7), (byte, bit) => {
        const changed = Buffer.from(sealed);
        changed.writeUInt8(changed.readUInt8(byte) ^ (1 << bit), byte);
        expect(() => open(key, changed, 'a')).toThrow(CannotOpen);
      }),
    );
    for (let length = 0; length < sealed.length; length += 1) expect(() => open(key, sealed.subarray(0, length), 'a')).toThrow(CannotOpen);
  });
});
