import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc (USER_HZ), 100 on every Linux that is not configured otherwise. */
const TICKS_PER_SECOND = 100;

/**
 * CPU time of some processes and all that descend from them so far, in milliseconds, by their names: of all that run, and of the children whose end their parent has seen. By
 * descent and not by process group, since each of PostgreSQL's processes, one for each connection, makes a group of its own.
 */
export function familiesCpuMs(leaders: ReadonlyMap<string, number>): Map<string, number> {
  const processes = new Map<number, ProcessStat>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = statOf(entry);
    if (stat !== undefined) processes.set(Number(entry), stat);
  }
  const nameOf = new Map([...leaders].map(([name, pid]) => [pid, name]));
  const ticks = new Map([...leaders].map(([name]) => [name, 0]));
  for (const [pid, stat] of processes) {
    let at: number | undefined = pid;
    while (at !== undefined && !nameOf.has(at)) at = processes.get(at)?.parent;
    const name = at === undefined ? undefined : nameOf.get(at);
    if (name !== undefined) ticks.set(name, (ticks.get(name) ?? 0) + stat.ticks);
  }
  return new Map([...ticks].map(([name, count]) => [name, (count / TICKS_PER_SECOND) * 1000]));
}

interface ProcessStat {
  readonly parent: number;
  readonly ticks: number;
}

/** Fields of /proc/<pid>/stat behind the name: the parent, and utime, stime, cutime, cstime. */
function statOf(pid: string): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // it has ended meanwhile
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), ticks: fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) };
}
