import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { Inbox } from '../store/inbox.ts';

/** Forgets handled events that can't come again. */
export const forgetEvents =
  ({ inbox, retentionMs, log }: { readonly inbox: Pick<Inbox, 'forget'>; readonly retentionMs: number; readonly log: Logger }) =>
  async (): Promise<void> => {
    const forgotten = await inbox.forget(new Date(Date.now() - retentionMs));
    if (forgotten > 0) log.info({ forgotten }, 'handled events forgotten');
  };
