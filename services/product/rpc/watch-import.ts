import { Import } from '@shopverse/contracts/shopverse/product/v1/import';
import type { WatchImportRequest } from '@shopverse/contracts/shopverse/product/v1/import_service';
import type { Bells } from '@shopverse/mesh/events/bells';
import type { ServerStreamHandler } from '@shopverse/mesh/rpc/handler';
import { findImport, hasEnded } from '../store/import-repository.ts';
import { importNotFound, toImportMessage } from './import-message.ts';
import type { ReadDeps } from './read-products.ts';

/** What watching needs. */
export interface WatchImportDeps extends ReadDeps {
  readonly bells: Bells;
  /** How often a watcher looks without being woken, in milliseconds: another replica may be the one at work. */
  readonly pollMs: number;
  /** Longest life of a stream, in milliseconds. */
  readonly lifeMs: number;
  /** Aborts when the process is being stopped. */
  readonly stopping: AbortSignal;
}

/** An import as it gets on: now, and when something has changed. Ends with the import, with its life, or with the process. Errors: IMPORT_NOT_FOUND, OVERLOADED. */
export function watchImport({
  database,
  bells,
  pollMs,
  lifeMs,
  stopping,
}: WatchImportDeps): ServerStreamHandler<WatchImportRequest, Import> {
  return async function* ({ id }, call) {
    const { bell, close } = bells.watch(id);
    const wake = () => bell.ring();
    call.signal.addEventListener('abort', wake);
    stopping.addEventListener('abort', wake);
    const until = performance.now() + lifeMs;
    try {
      let told = '';
      while (!call.signal.aborted && !stopping.aborted) {
        const found = await findImport(database.sql, id);
        if (found === undefined) throw importNotFound(id);
        const message = toImportMessage(found);
        const now = Buffer.from(Import.encode(message).finish()).toString('latin1');
        if (now !== told) yield message;
        told = now;
        const left = until - performance.now();
        if (hasEnded(found) || left <= 0) return;
        await bell.wait(Math.min(left, pollMs));
      }
    } finally {
      call.signal.removeEventListener('abort', wake);
      stopping.removeEventListener('abort', wake);
      close();
    }
  };
}
