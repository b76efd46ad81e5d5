import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool, runToolForJson } from '../tool.ts';
import type { Metric } from '../result.ts';
import { edgeCpu } from './edge-cpu.ts';

interface StatusJson {
  readonly parts: readonly { readonly name: string; readonly memory_mb: number | null }[];
}

/**
 * Time to the first successful demo: cold (no servers fetched, no data; without Jaeger, which is built in the background), and warm (a stack that was stopped);
 * memory of every process after it; and the edge's CPU. On a stack of its own, in folders of its own.
 */
export async function start(): Promise<Metric[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shopverse-bench-'));
  await chmod(folder, 0o755);
  // An address for Jaeger keeps its build, which takes minutes once, out of the figures.
  const env = {
    SHOPVERSE_HOME: join(folder, 'home'),
    SHOPVERSE_TOOLS: join(folder, 'tools'),
    SHOPVERSE_PORTS: 'free',
    SHOPVERSE_JAEGER_URL: 'http://127.0.0.1:9',
    SHOPVERSE_OTLP_URL: 'http://127.0.0.1:9',
  };
  try {
    const cold = await untilDemo(env);
    await runTool(['down'], env);
    const warm = await untilDemo(env);
    const { parts } = await runToolForJson<StatusJson>(['status'], env);
    const memory = parts.map(({ name, memory_mb: value }) => ({ metric: `memory_mb.${name}`, value: value ?? 0, unit: 'MB', runs: 1 }));
    const edge = await edgeCpu(env);
    return [
      { metric: 'cold_start_s', value: cold, unit: 's', goal: '<= 300', runs: 1 },
      { metric: 'warm_start_s', value: warm, unit: 's', goal: '<= 25', runs: 1 },
      { metric: 'memory_mb', value: memory.reduce((total, { value }) => total + value, 0), unit: 'MB', goal: '<= 2500', runs: 1 },
      ...memory,
      ...edge,
    ];
  } finally {
    await runTool(['down'], env);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds from the command to the end of the first demo; the steps of the demo must all be ok but for the trace, which has nowhere to be. */
async function untilDemo(env: Readonly<Record<string, string>>): Promise<number> {
  const started = performance.now();
  await runTool(['up', '--detach'], env);
  const { steps } = await runToolForJson<{ steps: readonly { readonly name: string; readonly ok: boolean; readonly says: string }[] }>(
    ['demo'],
    env,
  );
  const wrong = steps.find(({ ok, name }) => !ok && !name.includes('trace'));
  if (wrong !== undefined) throw new Error(`The demo failed: ${wrong.name}: ${wrong.says}`);
  return (performance.now() - started) / 1000;
}
