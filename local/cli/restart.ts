import { SERVICES } from '../services.ts';
import { readSettings } from '../settings.ts';
import { StackError } from '../stack-error.ts';
import { askControl } from '../supervisor/control.ts';

/** Longest time for all replicas of one service, in milliseconds. */
const PATIENCE_MS = 300_000;

/** `shopverse restart product order`: restarts them, all services when none is named, one after the other and without a failed call. */
export async function restart(wanted: readonly string[]): Promise<void> {
  const names: readonly string[] = SERVICES.map(({ name }) => name);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new StackError(`There is no service named ${unknown}; the services are ${names.join(', ')}.`);
  for (const name of wanted.length === 0 ? names : wanted) {
    const begun = performance.now();
    const answer = await askControl(readSettings().SHOPVERSE_HOME, 'restart', name, PATIENCE_MS);
    if (answer === undefined) throw new StackError('The stack does not run: start it with npm start.');
    process.stdout.write(`${name} was restarted, in ${((performance.now() - begun) / 1000).toFixed(1)} s.\n`);
  }
}
