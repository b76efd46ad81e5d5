import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc (USER_HZ), 100 on every Linux that is not configured otherwise. */
const TICKS_PER_SECOND = 100;

/**
 * CPU time of some process groups so far, in milliseconds, by the groups' leaders: of all that run, and of the children whose end their parent has seen (a
 * server such as PostgreSQL has a process for each connection).
 */
export function groupsCpuMs(leaders: ReadonlyMap<string, number>): Map<string, number> {
  const byGroup = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = statOf(entry);
    if (stat !== undefined) byGroup.set(stat.group, (byGroup.get(stat.group) ?? 0) + stat.ticks);
  }
  return new Map([...leaders].map(([name, leader]) => [name, ((byGroup.get(leader) ?? 0) / TICKS_PER_SECOND) * 1000]));
}

/** Fields of /proc/<pid>/stat behind the name: the group, and utime, stime, cutime, cstime. */
function statOf(pid: string): { readonly group: number; readonly ticks: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // it has ended meanwhile
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { group: Number(fields[2]), ticks: fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) };
}
