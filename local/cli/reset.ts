import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { readSettings } from '../settings.ts';
import { StackError } from '../stack-error.ts';
import { askControl } from '../supervisor/control.ts';

/** `shopverse reset`: removes all data, logs and secrets of a stack that does not run. The fetched servers stay. */
export async function reset({ yes = false }: { readonly yes?: boolean }): Promise<void> {
  const { SHOPVERSE_HOME: home } = readSettings();
  if ((await askControl(home, 'status')) !== undefined) throw new StackError('The stack runs: stop it first with npx shopverse down.');
  if (!yes && !(await confirmed(home))) throw new StackError('Nothing was removed.');
  await rm(home, { recursive: true, force: true });
  process.stdout.write(`${home} is removed.\n`);
}

async function confirmed(home: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new StackError(`This removes all data in ${home}: say --yes if that is what you want.`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Remove all data, logs and secrets in ${home}? (yes/no) `);
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}
