import type { Fault } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { DISCOVERY } from '@shopverse/mesh/discovery/instance/workload';
import { askDiscovery } from '../mesh/ask-discovery.ts';
import { faultJson, faultLine } from '../mesh/fault-line.ts';
import { readSettings } from '../settings.ts';
import { StackError } from '../stack-error.ts';
import { createStack } from '../stack.ts';
import { askControl } from '../supervisor/control.ts';
import type { StackStatus } from './up.ts';

/** `shopverse status`: exit code 0 only when every part is ready. */
export async function status({ json = false }: { readonly json?: boolean }): Promise<void> {
  const now = await askControl<StackStatus>(readSettings().SHOPVERSE_HOME, 'status');
  const parts = now?.parts ?? [];
  const faults = parts.some(({ name, state }) => name === DISCOVERY && state === 'ready') ? await faultsInForce() : [];
  const well = parts.length > 0 && parts.every(({ state }) => state === 'ready');
  if (!well) process.exitCode = 1;
  if (json)
    return void process.stdout.write(
      `${JSON.stringify({ parts, faults: faults.map(({ service, fault }) => ({ service, ...faultJson(fault) })) })}\n`,
    );
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
  for (const { service, fault } of faults) process.stdout.write(`${service}, on purpose: ${faultLine(fault)}\n`);
  const total = parts.reduce((sum, { memory_mb: memory }) => sum + (memory ?? 0), 0);
  process.stdout.write(`${parts.filter(({ state }) => state === 'ready').length} of ${parts.length} ready, ${total} MB\n`);
}

/** Trouble that is made on purpose; none when the control plane can't be asked, which its own line shows. */
async function faultsInForce(): Promise<readonly { readonly service: string; readonly fault: Fault }[]> {
  try {
    const { services } = await askDiscovery(await createStack(), (discovery) => discovery.getMesh({}));
    return services.flatMap(({ name, faults }) => faults.map((fault) => ({ service: name, fault })));
  } catch (error) {
    if (error instanceof StackError) return [];
    throw error;
  }
}
