import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome, type Home } from '../../home.ts';
import type { Part } from '../../parts/part.ts';
import { httpReady } from '../../parts/probe.ts';
import { freePorts } from '../../ports.ts';
import type { Patience } from '../patience.ts';
import { Supervisor, type Listener } from '../supervisor.ts';

/** Waits that suit tests, in milliseconds. */
const PATIENCE: Patience = { readyTimeoutMs: 10_000, restartInitialMs: 40, restartMaxMs: 200, lookInMs: 100 };

/** Tiny real processes under supervision. */
export interface TinyParts {
  readonly home: Home;
  /** A file in which each process writes when it starts and stops. */
  readonly journal: string;
  part(name: string, needs?: readonly string[], options?: readonly string[]): Promise<Part>;
  supervise(parts: readonly Part[], listener?: Listener): Supervisor;
  close(): Promise<void>;
}

export async function tinyParts(): Promise<TinyParts> {
  const folder = await mkdtemp(join(tmpdir(), 'shopverse-supervisor-'));
  const home = await openHome(folder);
  const journal = join(folder, 'journal');
  const supervisors: Supervisor[] = [];
  return {
    home,
    journal,
    part: async (name, needs = [], options = []) => {
      const [port = 0] = await freePorts(1);
      const args = [join(import.meta.dirname, 'tiny-server.js'), String(port), '--journal', journal, '--name', name, ...options];
      return {
        name,
        needs,
        address: `http://127.0.0.1:${port}`,
        version: '1',
        ports: [],
        command: async () => ({ file: process.execPath, args }),
        ready: (signal) => httpReady(`http://127.0.0.1:${port}`, signal),
        stopTimeoutMs: 1_000,
      };
    },
    supervise: (parts, listener) => {
      const supervisor = new Supervisor(parts, home, listener, PATIENCE);
      supervisors.push(supervisor);
      return supervisor;
    },
    close: async () => {
      for (const supervisor of supervisors) await supervisor.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
