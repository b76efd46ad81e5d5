import type { NotificationChange, WatchNotificationsRequest } from '@shopverse/contracts/shopverse/notification/v1/notification_service';
import type { Bells } from '@shopverse/mesh/events/bells';
import { signedIn } from '@shopverse/mesh/rpc/call';
import type { ServerStreamHandler } from '@shopverse/mesh/rpc/handler';
import type { NoticeStore } from '../store/notice-store.ts';
import { toNotification } from './notification-message.ts';

/** What watching needs. */
export interface WatchNotificationsDeps {
  readonly notices: Pick<NoticeStore, 'news' | 'countUnread'>;
  readonly bells: Bells;
  /** How often a watcher looks without being woken, in milliseconds. */
  readonly pollMs: number;
  /** Longest life of a stream, in milliseconds. */
  readonly lifeMs: number;
  /** Aborts when the process is being stopped. */
  readonly stopping: AbortSignal;
}

/** Notices read at a time. */
const BATCH = 100;
/** The clocks of the replicas that put notices into inboxes may differ by so much, and a write may take so long to be seen, in milliseconds. */
const OVERLAP_MS = 10_000;

/**
 * The caller's new notices as they come, and the number of the unread ones. It looks when it is woken by this replica, and now and then by itself for
 * what others do. Each look goes back a little further than the last one and leaves out what was told, so a late or slow writer's notice is not missed.
 * Ends with its life or with the process. Errors: OVERLOADED.
 */
export function watchNotifications({
  notices,
  bells,
  pollMs,
  lifeMs,
  stopping,
}: WatchNotificationsDeps): ServerStreamHandler<WatchNotificationsRequest, NotificationChange> {
  return async function* (request, call) {
    const { userId } = signedIn(call);
    const { bell, close } = bells.watch(userId);
    const wake = () => bell.ring();
    call.signal.addEventListener('abort', wake);
    stopping.addEventListener('abort', wake);
    const until = performance.now() + lifeMs;
    const told = new Map<string, number>();
    let unread: number | undefined;
    // What is there when a watch begins is no news, unless it goes on after a position.
    let last = request.after === '' ? Date.now() : Number(request.after);
    if (request.after === '') for (const { _id } of await notices.news(userId, new Date(last - OVERLAP_MS), BATCH)) told.set(_id, last);
    try {
      while (!call.signal.aborted && !stopping.aborted) {
        const found = await notices.news(userId, new Date(last - OVERLAP_MS), told.size + BATCH);
        const news = found.filter(({ _id }) => !told.has(_id));
        const now = await notices.countUnread(userId);
        for (const notice of news) {
          const addedAt = notice.addedAt?.getTime() ?? last;
          told.set(notice._id, addedAt);
          last = Math.max(last, addedAt);
          unread = now;
          yield { notification: toNotification(notice), unread: BigInt(now), position: String(last) };
        }
        if (unread !== now) yield { notification: undefined, unread: BigInt(now), position: String(last) };
        unread = now;
        for (const [id, addedAt] of told) if (addedAt < last - OVERLAP_MS) told.delete(id);
        const left = until - performance.now();
        if (left <= 0) return;
        if (news.length === 0) await bell.wait(Math.min(left, pollMs * (1 - Math.random() / 10)));
      }
    } finally {
      call.signal.removeEventListener('abort', wake);
      stopping.removeEventListener('abort', wake);
      close();
    }
  };
}
