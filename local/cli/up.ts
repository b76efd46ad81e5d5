import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openHome } from '../home.ts';
import { readSettings } from '../settings.ts';
import { createStack, type Stack } from '../stack.ts';
import { StackError } from '../stack-error.ts';
import { askControl, openControl, type ControlHandler } from '../supervisor/control.ts';
import type { PartReport } from '../supervisor/supervisor.ts';
import { progressView } from './progress.ts';
import { runSeed, seedOnce } from './seed.ts';
import { summary } from './summary.ts';

/** `shopverse up`: starts the stack, seeds it the first time, shows the page, and runs until Ctrl-C, SIGTERM or `shopverse down`. */
export async function up({ detach = false }: { readonly detach?: boolean }): Promise<void> {
  if (detach) return upDetached();
  const view = progressView(process.stdout);
  const stack = await createStack({ listener: view.changed });
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  let isUp = false;
  const control = await openControl(
    stack.home.folder,
    controlOf(stack, end, () => isUp),
  );
  try {
    // Ctrl-C while it starts: `stop` aborts what is under way, and `start` ends with that.
    ending.signal.addEventListener('abort', () => void stack.stop().catch(() => {}), { once: true });
    await stack.start();
    await seedOnce(stack, view.say);
    isUp = true;
    view.end();
    process.stdout.write(summary(stack));
    if (!ending.signal.aborted) await once(ending.signal, 'abort');
    process.stdout.write('Stopping.\n');
  } catch (error) {
    view.end();
    if (!ending.signal.aborted) throw error;
  } finally {
    await stack.stop();
    await control.close();
  }
  process.stdout.write('Stopped. All data is kept; npm start goes on where this ended.\n');
  process.exit();
}

/** What other processes may ask of this stack. */
function controlOf(stack: Stack, end: () => void, isUp: () => boolean): ControlHandler {
  const { supervisor } = stack;
  return async (action, argument = '') => {
    switch (action) {
      case 'status':
        return { up: isUp(), pid: process.pid, parts: await supervisor.report() };
      case 'down':
        setImmediate(end);
        return { pid: process.pid };
      case 'stop':
        return supervisor.stopPart(argument);
      case 'start':
        return supervisor.startPart(argument);
      case 'kill':
        return supervisor.kill(argument);
      case 'scale':
        return scale(stack, argument);
      case 'restart':
        return stack.replicas.restart(supervisor, stack.context, argument);
      case 'seed':
        return runSeed(stack);
      default:
        throw new StackError(`Nobody knows the action ${action}.`);
    }
  };
}

async function scale({ replicas, supervisor, context }: Stack, argument: string): Promise<void> {
  const [service = '', count = ''] = argument.split('=');
  await replicas.scale(supervisor, context, service, Number(count));
}

/** Answer of the control action `status`. */
export interface StackStatus {
  /** Whether every part was started and seeded. */
  readonly up: boolean;
  readonly pid: number;
  readonly parts: readonly PartReport[];
}

async function upDetached(): Promise<void> {
  const home = await openHome(readSettings().SHOPVERSE_HOME);
  if ((await askControl<StackStatus>(home.folder, 'status')) !== undefined)
    throw new StackError('The stack runs already: see npx shopverse status.');
  const log = join(home.logs, 'shopverse.log');
  const output = openSync(log, 'w');
  const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, 'main.ts'), 'up'], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  const ended = once(child, 'exit').then(() => 'ended' as const);
  const view = progressView(process.stdout);
  for (;;) {
    const now = await askControl<StackStatus>(home.folder, 'status');
    for (const part of now?.parts ?? []) view.show(part);
    if (now?.up === true) break;
    if ((await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 300))])) === 'ended') {
      view.end();
      throw new StackError(await lastSentence(log));
    }
  }
  view.end();
  child.unref();
  process.stdout.write(summary(await createStack()));
  process.exit();
}

async function lastSentence(log: string): Promise<string> {
  const lines = (await readFile(log, 'utf8')).trim().split('\n');
  return lines.at(-1) ?? `The stack ended; its log is ${log}.`;
}
