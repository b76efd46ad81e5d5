import { invalidField } from '@shopverse/mesh/failure';
import type { TimeRange } from './time-range.ts';

/** What a time can be cut into. */
export type Stretch = 'day' | 'week' | 'month';

/** Most stretches of one answer. */
export const MAX_STRETCHES = 400;

const DAY_MS = 86_400_000;

/** A time zone's clock and calendar. */
export class Calendar {
  readonly #format: Intl.DateTimeFormat;

  /** @param timeZone IANA name @throws Failure INVALID_REQUEST naming `time_zone` when there is none of that name */
  constructor(timeZone: string) {
    try {
      // Offsets ("+05:30") would be taken as well; they are no zones.
      if (!/^[A-Za-z]/.test(timeZone)) throw new RangeError('no name');
      this.#format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw invalidField('time_zone', 'must be the IANA name of a time zone, such as Asia/Kolkata.');
    }
  }

  /**
   * Cuts a time into days, weeks (from Monday on) or months of this zone, oldest first and without gaps. The first begins at or before the time, the last ends
   * at or behind it. A day that a zone skipped has no stretch.
   *
   * @throws Failure INVALID_REQUEST naming `to` when there are more than `MAX_STRETCHES`
   */
  cut({ from, to }: TimeRange, stretch: Stretch): TimeRange[] {
    const stretches: TimeRange[] = [];
    if (to <= from) return stretches;
    for (let day = firstDay(this.#dayOf(from.getTime()), stretch); ;) {
      const start = this.#startOf(day);
      if (start >= to.getTime()) return stretches;
      if (stretches.length === MAX_STRETCHES)
        throw invalidField('to', `makes more than ${MAX_STRETCHES} ${stretch}s: ask for less at a time.`);
      const next = firstDay(day + LONGER[stretch], stretch);
      const end = this.#startOf(next);
      if (end > start) stretches.push({ from: new Date(start), to: new Date(end) });
      day = next;
    }
  }

  /** How far the zone's clock is ahead of UTC, in milliseconds. */
  #offsetAt(at: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(at)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
  }

  /** The day that it is in the zone, counted from 1970-01-01. */
  #dayOf(at: number): number {
    return Math.floor((at + this.#offsetAt(at)) / DAY_MS);
  }

  /** The first moment of a day of the zone: mostly its midnight; where clocks are put forward at midnight, what they are put to. */
  #startOf(day: number): number {
    const midnight = day * DAY_MS;
    const before = this.#offsetAt(midnight - DAY_MS);
    const after = this.#offsetAt(midnight + DAY_MS);
    if (before === after) return midnight - before;
    let early = midnight - Math.max(before, after);
    let late = midnight - Math.min(before, after);
    while (early < late) {
      const middle = Math.floor((early + late) / 2);
      if (this.#dayOf(middle) >= day) late = middle;
      else early = middle + 1;
    }
    return late;
  }
}

/** Days after which the next stretch has begun, counted from the first day of one. */
const LONGER: Readonly<Record<Stretch, number>> = { day: 1, week: 7, month: 31 };

function firstDay(day: number, stretch: Stretch): number {
  if (stretch === 'day') return day;
  const date = new Date(day * DAY_MS);
  const into = stretch === 'week' ? (date.getUTCDay() + 6) % 7 : date.getUTCDate() - 1;
  return day - into;
}
