import { controlPlaneMemory } from './mesh/control-plane-memory.ts';
import { meshCpu } from './mesh/mesh-cpu.ts';
import { reactions } from './mesh/reactions.ts';
import type { Metric } from './result.ts';

/** The mesh: what finding each other and mutual TLS cost a call, how soon a change is felt, and how large the control plane is. All on processes of its own. */
export async function mesh({ quick }: { readonly quick: boolean }): Promise<Metric[]> {
  return [...(await meshCpu({ quick })), ...(await reactions({ quick })), ...(await controlPlaneMemory())];
}
