import { readdir, readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';

/** A process of this machine, told apart from another one that got its pid later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in clock ticks since boot (field 22 of /proc/<pid>/stat). */
  readonly startTicks: string;
}

interface Stat {
  readonly state: string;
  readonly group: number;
  readonly startTicks: string;
}

/** Fields of /proc/<pid>/stat behind the name, which may hold spaces and parentheses. */
function parseStat(text: string): Stat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group] = fields;
  const startTicks = fields[19];
  return state === undefined || group === undefined || startTicks === undefined ? undefined : { state, group: Number(group), startTicks };
}

function statOf(pid: number): Stat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Who `pid` is now; undefined when it is nobody. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = statOf(pid);
  return stat === undefined || stat.state === 'Z' ? undefined : { pid, startTicks: stat.startTicks };
}

/** Whether that very process still runs. */
export function isRunning({ pid, startTicks }: ProcessIdentity): boolean {
  return identify(pid)?.startTicks === startTicks;
}

/** Sends a signal to a process group; nothing when it is gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Processes of each group, by the group's leader. */
async function groups(): Promise<Map<number, number[]>> {
  const members = new Map<number, number[]>();
  for (const entry of await readdir('/proc').catch(() => [])) {
    const pid = Number(entry);
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined;
    if (stat !== undefined && stat.state !== 'Z') members.set(stat.group, [...(members.get(stat.group) ?? []), pid]);
  }
  return members;
}

/** Whether any process of the group still runs. */
export async function groupIsRunning(leader: number): Promise<boolean> {
  return ((await groups()).get(leader) ?? []).length > 0;
}

/** Memory of the groups of these leaders, in MB: proportional set size, which counts shared pages once. */
export async function memoryOf(leaders: readonly number[]): Promise<Map<number, number>> {
  const members = await groups();
  const entries = await Promise.all(
    leaders.map(async (leader) => {
      const sizes = await Promise.all((members.get(leader) ?? []).map(proportionalSetSize));
      return [leader, Math.round(sizes.reduce((total, size) => total + size, 0) / 1024)] as const;
    }),
  );
  return new Map(entries);
}

async function proportionalSetSize(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
}
