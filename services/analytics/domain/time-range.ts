import { invalidField } from '@shopverse/mesh/failure';

/** A time: from its beginning on, before its end. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

/** What somebody asks for; absent is up to us. */
export interface WantedRange {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 3_660;
/**
 * No shop of ours is older, and no clock of ours goes further: what lies outside is empty, and ClickHouse can't tell such times. The very beginning of 1970 is what
 * the tables say of that which has not happened, so it is outside.
 */
const BEGINNING = new Date(1);
const END = new Date('2200-01-01T00:00:00Z');

/** The time that is asked for: the 30 days before now, unless it is said. @throws Failure INVALID_REQUEST when it ends before it begins, or is longer than ten years */
export function boundedRange({ from, to }: WantedRange, now: Date): TimeRange {
  const end = to ?? now;
  const range = { from: from ?? new Date(Math.max(end.getTime() - DEFAULT_DAYS * DAY_MS, BEGINNING.getTime())), to: end };
  inOrder(range);
  if (range.to.getTime() - range.from.getTime() > MAX_DAYS * DAY_MS) throw invalidField('to', `must be within ${MAX_DAYS} days of from.`);
  return range;
}

/** The time that is asked for, open where nothing is said. @throws Failure INVALID_REQUEST when it ends before it begins */
export function openRange({ from = BEGINNING, to = END }: WantedRange): TimeRange {
  inOrder({ from, to });
  return { from, to };
}

/** The part of a time in which anything can have happened. */
export function possible({ from, to }: TimeRange): TimeRange {
  return { from: clamp(from), to: clamp(to) };
}

function clamp(at: Date): Date {
  return new Date(Math.min(Math.max(at.getTime(), BEGINNING.getTime()), END.getTime()));
}

function inOrder({ from, to }: TimeRange): void {
  if (to < from) throw invalidField('to', 'must not be before from.');
}
