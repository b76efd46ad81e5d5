import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** How a run of render.ts ended. */
export interface Rendering {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs render.ts as an operator does, with these settings and no others. */
export function runRender(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Rendering> {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, '../render.ts'), ...args], { env, timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

/** An endpoint for every service of the contracts, nobody listening there. */
export const somewhere = ['analytics', 'auth', 'notification', 'order', 'payment', 'product', 'recommendation', 'user']
  .map((service, index) => `${service}=127.0.0.1:${index + 1}`)
  .join(',');
