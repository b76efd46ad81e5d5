import { startProcess } from '../process.ts';
import type { Metric } from '../result.ts';

/** Memory of the control plane with 50 services of 20 replicas each, all of which are told of five others (simulated in the process; see control-plane/process.ts). */
export async function controlPlaneMemory(): Promise<Metric[]> {
  const process = startProcess(new URL('control-plane/process.ts', import.meta.url));
  try {
    const { memoryMb, changeMs } = await process.ask<{ memoryMb: number; changeMs: number }>();
    return [
      { metric: 'control_plane_mb', value: memoryMb, unit: 'MB', runs: 1 },
      { metric: 'control_plane_change_ms', value: changeMs, unit: 'ms CPU', runs: 1 },
    ];
  } finally {
    await process.stop();
  }
}
