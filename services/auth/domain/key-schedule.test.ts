import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { publishedAt, signerAt, turnOfNewKey, type ScheduledKey } from './key-schedule.ts';

const AHEAD_MS = 60_000;
const KEEP_MS = 900_000;
const at = (ms: number) => new Date(1_700_000_000_000 + ms);
const kids = (keys: readonly ScheduledKey[]) => keys.map(({ kid }) => kid);

describe('the schedule of signing keys', () => {
  const first = { kid: 'a', signsFrom: at(0) };
  const second = { kid: 'b', signsFrom: at(AHEAD_MS) };

  it('lets the first key sign at once and the next when every cache knows it', () => {
    expect(turnOfNewKey([], at(0), AHEAD_MS)).toEqual(at(0));
    expect(turnOfNewKey([first], at(5), AHEAD_MS)).toEqual(at(5 + AHEAD_MS));
  });

  it('has no signer before the first turn', () => {
    expect(signerAt([], at(0))).toBeUndefined();
    expect(signerAt([second], at(0))).toBeUndefined();
  });

  it('shows two keys during a rotation: the next one early, the past one until its last token has expired', () => {
    const keys = [second, first];
    expect([signerAt(keys, at(1))?.kid, kids(publishedAt(keys, at(1), KEEP_MS))]).toEqual(['a', ['a', 'b']]);
    expect([signerAt(keys, at(AHEAD_MS))?.kid, kids(publishedAt(keys, at(AHEAD_MS), KEEP_MS))]).toEqual(['b', ['a', 'b']]);
    expect(kids(publishedAt(keys, at(AHEAD_MS + KEEP_MS), KEEP_MS))).toEqual(['b']);
  });

  it('lets every token be verified by whoever fetches the set often enough, however often keys are rotated', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 * KEEP_MS), { maxLength: 8 }), fc.nat(20 * KEEP_MS), fc.nat(KEEP_MS - 1), fc.nat(AHEAD_MS), (pauses, signedMs, ageMs, cacheAgeMs) => {
        const keys: (ScheduledKey & { createdAt: number })[] = [{ kid: '0', signsFrom: at(0), createdAt: 0 }];
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          keys.push({ kid: `${keys.length}`, signsFrom: turnOfNewKey(keys, at(now), AHEAD_MS), createdAt: now });
        }
        const known = (ms: number) => keys.filter(({ createdAt }) => createdAt <= ms);
        const signer = signerAt(known(signedMs), at(signedMs));
        const fetchedMs = Math.max(0, signedMs + ageMs - cacheAgeMs);
        expect(kids(publishedAt(known(fetchedMs), at(fetchedMs), KEEP_MS))).toContain(signer?.kid);
      }),
    ); // prettier-ignore
  });
});
