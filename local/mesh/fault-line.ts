import type { Fault } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { fromDuration } from '@shopverse/mesh/discovery/duration';

/** A fault for people: `20 % of GetProduct are 200 ms late and refused as UNAVAILABLE, until 10:15:00`. */
export function faultLine({ method, delay, abort, percent, until }: Fault): string {
  const what = [...(delay === undefined ? [] : [`${fromDuration(delay)} ms late`]), ...(abort === '' ? [] : [`refused as ${abort}`])];
  const which = `${percent} % of ${method === '*' ? 'all calls' : method}`;
  return `${which} are ${what.join(' and ')}, ${until === undefined ? 'by its policy file' : `until ${until.toISOString().slice(11, 19)} UTC`}`;
}

/** The same for programs. */
export function faultJson({ method, delay, abort, percent, until }: Fault): object {
  return {
    method,
    delay_ms: delay === undefined ? null : fromDuration(delay),
    abort: abort === '' ? null : abort,
    percent,
    until: until?.toISOString() ?? null,
  };
}
