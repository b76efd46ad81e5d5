import { isConnectionTrouble } from '@shopverse/mesh/store/connection-trouble';
import { runAudit, STEP_MS } from '../audit/run-audit.ts';
import type { Verdict } from '../audit/findings.ts';
import { openStores } from '../audit/stores.ts';
import { createStack } from '../stack.ts';
import { StackError } from '../stack-error.ts';

/** Options of `shopverse audit`. */
export interface AuditOptions {
  readonly json?: boolean;
  /** How long a step may take before what it leaves open counts as wrong, in seconds. */
  readonly patience?: string;
}

/** `shopverse audit`: exit code 0 only when every invariant holds. */
export async function audit({ json = false, patience = String(STEP_MS / 1_000) }: AuditOptions): Promise<void> {
  const seconds = Number(patience);
  if (!Number.isFinite(seconds) || seconds < 0) throw new StackError(`--patience must be a number of seconds, not "${patience}".`);
  const { addresses } = await createStack();
  const unreadable = (cause: Error): never => {
    throw new StackError(`The shop's stores can't be read (${cause.message}): start the stack with npm start.`, { cause });
  };
  const stores = await openStores(addresses).catch(unreadable);
  try {
    const invariants = await runAudit(stores, { stepMs: seconds * 1_000 }).catch((error: Error) =>
      isConnectionTrouble(error) ? unreadable(error) : Promise.reject(error),
    );
    if (invariants.some(({ holds }) => !holds)) process.exitCode = 1;
    process.stdout.write(json ? `${JSON.stringify({ invariants })}\n` : invariants.map(shown).join(''));
  } finally {
    await stores.close();
  }
}

function shown({ id, says, holds, figure, in_flight: inFlight, offenders, offenders_in_all: inAll }: Verdict): string {
  const lines = [
    `${holds ? '✓' : '✗'} ${id.padEnd(18)} ${says}`,
    `${' '.repeat(21)}${figure}${inFlight === 0 ? '' : `; ${inFlight} in flight`}`,
    ...offenders.map((offender) => `${' '.repeat(21)}${offender.id}: ${offender.why}`),
    ...(inAll > offenders.length ? [`${' '.repeat(21)}and ${inAll - offenders.length} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
