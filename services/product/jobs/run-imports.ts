import { Failure } from '@shopverse/mesh/failure';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import { workOff, type WorkOffDeps } from '../imports/work-off.ts';
import { claimImport, releaseClaim, type ClaimedImport } from '../store/import-claims.ts';
import { cancelAbandoned, forgetImports, tidyImports } from '../store/import-leftovers.ts';
import { endImport } from '../store/import-repository.ts';

/** What the job needs. */
export interface RunImportsDeps extends WorkOffDeps {
  readonly log: Logger;
}

/** Tries of an import that does not get on: whatever ends the process, or throws, does so each time. */
const MOST_TRIES = 5;
/** Imports in one run; the next run goes on. */
const MOST_IMPORTS = 100;

/**
 * Works off the imports that wait, one after the other. Any number of replicas may run it: each claims imports of its own, and takes over those whose process has been silent for the time
 * of a lease. A shutdown hands the import to the next one at once.
 */
export function runImports(deps: RunImportsDeps): (signal: AbortSignal) => Promise<void> {
  const { database, leaseMs } = deps;
  return async (signal) => {
    for (let count = 0; count < MOST_IMPORTS && !signal.aborted; count += 1) {
      const claimed = await claimImport(database.sql, leaseMs);
      if (claimed === undefined) return;
      await one(deps, claimed, signal);
    }
  };
}

async function one(deps: RunImportsDeps, claimed: ClaimedImport, signal: AbortSignal): Promise<void> {
  const { database, log, onProgress } = deps;
  const { id, lastRow } = claimed.import;
  if (claimed.tries > MOST_TRIES) {
    const failure = `The rows after ${lastRow} could not be worked off, ${MOST_TRIES} times; the log of the product service says why.`;
    log.error({ import_id: id, last_row: lastRow }, 'import was given up');
    await database.transaction((tx) => endImport(tx, id, { state: 'FAILED', failure }));
    return onProgress(id);
  }
  log.info({ import_id: id, last_row: lastRow, claim: String(claimed.claim) }, 'import is worked off');
  let blameless = false;
  try {
    await workOff(deps, claimed, signal);
    blameless = true;
  } catch (error) {
    blameless = error instanceof Failure && error.reason !== 'INTERNAL';
    throw error;
  } finally {
    // When even this fails, the lease runs out by itself.
    await releaseClaim(database.sql, claimed, blameless).catch(() => undefined);
  }
}

/** How long what is kept. */
export interface LeftoversOptions {
  /** A file that gets no more parts for so long is given up, in milliseconds. */
  readonly uploadMs: number;
  /** How long an import that has ended is known, in milliseconds. */
  readonly keepMs: number;
}

/** Deletes what imports leave behind. */
export function tidyUpImports({ database }: Pick<WorkOffDeps, 'database'>, { uploadMs, keepMs }: LeftoversOptions): () => Promise<void> {
  return async () => {
    await cancelAbandoned(database.sql, uploadMs);
    await tidyImports(database.sql);
    await forgetImports(database.sql, keepMs);
  };
}
