/** How the supervisor treats parts; the defaults are right but for tests. All times in milliseconds. */
export interface Patience {
  /** Longest time from start to ready. @default 120000 */
  readonly readyTimeoutMs?: number;
  /** Upper bound of the first wait before a restart; the very first restart comes at once. @default 250 */
  readonly restartInitialMs?: number;
  /** Longest wait before a restart. @default 15000 */
  readonly restartMaxMs?: number;
  /** From this many failures in a row on, a part is shown as failing. @default 4 */
  readonly alarmAfter?: number;
  /** A part that ran for this long has recovered: its failures are forgotten. @default 30000 */
  readonly recoveredMs?: number;
  /** How often a running part is asked whether it still serves. @default 5000 */
  readonly lookInMs?: number;
}

/** The defaults, with what is given in their place. */
export function patienceOf(given: Patience): Required<Patience> {
  return {
    readyTimeoutMs: 120_000,
    restartInitialMs: 250,
    restartMaxMs: 15_000,
    alarmAfter: 4,
    recoveredMs: 30_000,
    lookInMs: 5_000,
    ...given,
  };
}
