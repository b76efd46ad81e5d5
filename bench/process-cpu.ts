import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc (USER_HZ), 100 on every Linux that is not configured otherwise. */
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used so far, in microseconds, from its own accounting (utime and stime of /proc/<pid>/stat). */
export function processCpuMicros(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
}
