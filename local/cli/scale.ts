import { readSettings } from '../settings.ts';
import { StackError } from '../stack-error.ts';
import { askControl } from '../supervisor/control.ts';

/** Longest time for replicas to come or go, in milliseconds. */
const PATIENCE_MS = 300_000;

/** `shopverse scale product=3 order=2`: resolves when that many replicas are called. */
export async function scale(wanted: readonly string[]): Promise<void> {
  const bad = wanted.find((one) => !/^[a-z]+=\d+$/.test(one));
  if (bad !== undefined) throw new StackError(`${bad} is not <service>=<number>, for example product=3.`);
  for (const one of wanted) {
    const answer = await askControl(readSettings().SHOPVERSE_HOME, 'scale', one, PATIENCE_MS);
    if (answer === undefined) throw new StackError('The stack does not run: start it with npm start.');
    const [service, count] = one.split('=');
    process.stdout.write(`${service} has ${count === '1' ? 'one replica' : `${count} replicas`}.\n`);
  }
}
