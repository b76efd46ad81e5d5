import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { ProfileHandover } from '../profiles/profile-handover.ts';

/** What the job needs. */
export interface HandOverProfilesDeps {
  readonly handover: ProfileHandover;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** Handovers of one run. */
const BATCH = 20;
/** Tries after which an operator should look: by then some ten minutes have passed. */
const ALARM_AFTER = 8;

/** Makes the profiles that could not be made while their account was opened: the user service was away, or this process died in between. */
export function handOverProfiles({ handover, log }: HandOverProfilesDeps) {
  return async (signal: AbortSignal): Promise<void> => {
    for (const waiting of await handover.due(BATCH)) {
      if (signal.aborted) return;
      try {
        await handover.handOver(waiting.userId);
        log.info({ user_id: waiting.userId, tries: waiting.tries + 1 }, 'profile handed over late');
      } catch (error) {
        await handover.putOff(waiting);
        const level = waiting.tries + 1 >= ALARM_AFTER ? 'error' : 'warn';
        log[level]({ user_id: waiting.userId, tries: waiting.tries + 1, err: error }, 'profile not handed over');
      }
    }
  };
}
