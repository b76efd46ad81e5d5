const DAY_MS = 86_400_000;

/** Midnight UTC of the day that `at` is in. */
export function utcDay(at: Date): Date {
  return new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);
}
