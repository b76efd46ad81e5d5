/** A time of the day, every day, when mails wait. */
export interface QuietHours {
  /** "22:00" */
  readonly start: string;
  /** "07:00"; on the next day when it is before the start. */
  readonly end: string;
  /** "Asia/Kolkata" */
  readonly timeZone: string;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** Whether a text is a time of the day. */
export const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** Whether a time zone is known here. */
export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/**
 * When the quiet hours that `now` is in are over; undefined when it is in none. On the night when clocks change it may be an hour early or late: who
 * wakes then asks again.
 */
export function quietUntil(now: Date, { start, end, timeZone }: QuietHours): Date | undefined {
  const [from, to, at] = [minutesOf(start), minutesOf(end), minutesOf(clockTime(now, timeZone))];
  const inside = from < to ? at >= from && at < to : at >= from || at < to;
  if (!inside) return undefined;
  const left = (to - at + DAY_MINUTES) % DAY_MINUTES;
  return new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function clockTime(now: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(now);
}
