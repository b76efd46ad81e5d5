import { readSettings } from '../settings.ts';
import { askControl } from '../supervisor/control.ts';
import type { StackStatus } from './up.ts';

/** `shopverse status`: exit code 0 only when every part is ready. */
export async function status({ json = false }: { readonly json?: boolean }): Promise<void> {
  const now = await askControl<StackStatus>(readSettings().SHOPVERSE_HOME, 'status');
  const parts = now?.parts ?? [];
  const well = parts.length > 0 && parts.every(({ state }) => state === 'ready');
  if (!well) process.exitCode = 1;
  if (json) return void process.stdout.write(`${JSON.stringify({ parts })}\n`);
  if (now === undefined) return void process.stdout.write('The stack does not run: start it with npm start.\n');
  for (const { name, state, pid, memory_mb: memory, address, note, restarts } of parts) {
    const columns = [
      name.padEnd(16),
      state.padEnd(11),
      String(pid ?? '').padStart(7),
      memory === null ? '       ' : `${String(memory).padStart(4)} MB`,
      address,
      restarts === 0 ? '' : `${restarts} restarts`,
      note,
    ];
    process.stdout.write(`${columns.join('  ').trimEnd()}\n`);
  }
  const total = parts.reduce((sum, { memory_mb: memory }) => sum + (memory ?? 0), 0);
  process.stdout.write(`${parts.filter(({ state }) => state === 'ready').length} of ${parts.length} ready, ${total} MB\n`);
}
