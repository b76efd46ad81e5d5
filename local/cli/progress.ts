import type { WriteStream } from 'node:tty';
import type { ManagedPart } from '../supervisor/managed-part.ts';
import type { PartState } from '../supervisor/part-state.ts';

interface Shown {
  readonly name: string;
  readonly state: PartState;
  readonly note: string;
}

/** Shows how the parts get on: a list that is redrawn on a terminal, a line for each change elsewhere. */
export interface ProgressView {
  /** A listener for the supervisor. */
  readonly changed: (part: ManagedPart) => void;
  /** The same for a part that another process told of. */
  readonly show: (part: Shown) => void;
  /** A line of its own. */
  readonly say: (text: string) => void;
  /** No more changes are shown, but for parts that end or fail. */
  readonly end: () => void;
}

const MARKS: Readonly<Partial<Record<PartState, string>>> = { ready: '✓', failing: '✗', unavailable: '–', restarting: '!' };
const ALARMING: ReadonlySet<PartState> = new Set(['restarting', 'failing', 'ready', 'unavailable']);

/** @param out where it is shown */
export function progressView(out: Pick<WriteStream, 'write' | 'columns'> & { readonly isTTY?: boolean }): ProgressView {
  const started = performance.now();
  const parts = new Map<string, Shown & { readonly seconds: string }>();
  const terminal = out.isTTY === true;
  let drawn = 0;
  let over = false;

  const line = ({ name, state, note, seconds }: Shown & { readonly seconds: string }) =>
    `${MARKS[state] ?? '·'} ${name.padEnd(16)} ${state.padEnd(11)} ${seconds.padStart(6)} s  ${note}`;
  const draw = () => {
    if (drawn > 0) out.write(`\u001b[${drawn}A`);
    for (const part of parts.values()) out.write(`\u001b[2K${line(part).slice(0, (out.columns ?? 100) - 1)}\n`);
    drawn = parts.size;
  };
  const show = ({ name, state, note }: Shown) => {
    const before = parts.get(name);
    const sameState = before?.state === state;
    if (sameState && before.note === note) return;
    const part = { name, state, note, seconds: ((performance.now() - started) / 1000).toFixed(1) };
    parts.set(name, part);
    if (over) {
      if (!sameState && ALARMING.has(state)) out.write(`${line(part)}\n`);
    } else if (terminal) draw();
    else if (!sameState && state !== 'waiting') out.write(`${line(part)}\n`);
  };
  return {
    changed: ({ part, state, note }) => show({ name: part.name, state, note }),
    show,
    say: (text) => {
      out.write(`${text}\n`);
      drawn = 0;
    },
    end: () => {
      over = true;
    },
  };
}
