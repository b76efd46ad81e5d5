import { events } from './foundation/events.ts';
import { onionCpu } from './foundation/onion-cpu.ts';
import { start } from './foundation/start.ts';
import type { Metric } from './result.ts';

/**
 * The foundation: CPU of a call, delivery of events, and (not with `quick`, as it takes minutes) starting, memory and the edge. Everything on processes of its own.
 */
export async function foundation({ quick }: { readonly quick: boolean }): Promise<Metric[]> {
  return [...(await onionCpu({ quick })), ...(await events({ quick })), ...(quick ? [] : await start())];
}
