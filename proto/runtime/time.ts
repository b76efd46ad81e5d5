import type { Duration } from '../gen/google/protobuf/duration.ts';

const earliest = Date.parse('0001-01-01T00:00:00Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

/** Whether google.protobuf.Timestamp allows the moment: the years 1 to 9999. What lies far outside has become an invalid Date. */
export function isTimestamp(date: Date): boolean {
  const milliseconds = date.getTime();
  return milliseconds >= earliest && milliseconds <= latest;
}

const nanosPerSecond = 1_000_000_000n;

export const nanoseconds = (duration: Duration): bigint => duration.seconds * nanosPerSecond + BigInt(duration.nanos);
