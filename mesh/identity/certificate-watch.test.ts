import { describe, expect, it } from '@jest/globals';
import { isOverdue } from './certificate-watch.ts';

describe('a certificate', () => {
  const ofADay = { notBefore: new Date('2026-11-01T00:00:00Z'), notAfter: new Date('2026-11-02T00:00:00Z') };
  it.each([
    ['right after it was made', '2026-11-01T00:00:01Z', false],
    ['at two thirds of its life, when cert-manager renews', '2026-11-01T16:00:00Z', false],
    ['at three quarters of it', '2026-11-01T18:00:00Z', false],
    ['after that', '2026-11-01T18:00:01Z', true],
    ['when it has run out', '2026-11-03T00:00:00Z', true],
  ])('%s is overdue or is not', (_when, now, overdue) => {
    expect(isOverdue(ofADay, new Date(now))).toBe(overdue);
  });
});
