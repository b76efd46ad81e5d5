import { sleep } from '@shopverse/mesh/backoff';
import { readSettings } from '../settings.ts';
import { StackError } from '../stack-error.ts';
import { askControl } from '../supervisor/control.ts';

/** Longest time for all parts to stop, in milliseconds. */
const LIMIT_MS = 60_000;

/** `shopverse down`: stops a running stack and waits until it is gone. */
export async function down(): Promise<void> {
  const { SHOPVERSE_HOME: home } = readSettings();
  if ((await askControl(home, 'down')) === undefined) return void process.stdout.write('The stack does not run.\n');
  const end = performance.now() + LIMIT_MS;
  while (performance.now() < end) {
    const gone = (await askControl(home, 'status').catch(() => undefined)) === undefined;
    if (gone) return void process.stdout.write('Stopped. All data is kept.\n');
    await sleep(200);
  }
  throw new StackError(`The stack has not stopped within ${LIMIT_MS / 1000} s: npx shopverse status shows what is left.`);
}
