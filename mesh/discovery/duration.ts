import type { Duration } from '@shopverse/contracts/google/protobuf/duration';

/** google.protobuf.Duration of milliseconds. */
export function toDuration(ms: number): Duration {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: Math.round((ms % 1000) * 1e6) };
}

/** Milliseconds of a google.protobuf.Duration. */
export function fromDuration({ seconds, nanos }: Duration): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}
