import { readSettings } from '../settings.ts';
import { StackError } from '../stack-error.ts';
import { askControl } from '../supervisor/control.ts';

async function ask(action: string, part: string): Promise<void> {
  const answer = await askControl(readSettings().SHOPVERSE_HOME, action, part, 180_000);
  if (answer === undefined) throw new StackError('The stack does not run: start it with npm start.');
}

/** `shopverse start <part>` */
export async function startPart(part: string): Promise<void> {
  await ask('start', part);
  process.stdout.write(`${part} is ready.\n`);
}

/** `shopverse stop <part>`: the part stays stopped until it is started. */
export async function stopPart(part: string): Promise<void> {
  await ask('stop', part);
  process.stdout.write(`${part} is stopped.\n`);
}
