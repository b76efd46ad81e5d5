import type { WriteStream } from 'node:tty';
import type { Import } from '@shopverse/client/gen/product';

/** Shows how an import gets on: a bar that is redrawn on a terminal, a line now and then elsewhere. */
export interface ImportView {
  readonly sent: (bytes: number, total: number) => void;
  readonly done: (now: Import) => void;
  /** Ends the bar's line. */
  readonly end: () => void;
}

const BAR = 24;
/** Between two lines, in milliseconds. */
const LINE_MS = 2_000;

/** @param out where it is shown */
export function importView(out: Pick<WriteStream, 'write' | 'columns'> & { readonly isTTY?: boolean }): ImportView {
  const terminal = out.isTTY === true;
  let [lastLine, drawn] = [Number.NEGATIVE_INFINITY, false];
  const show = (share: number, text: string) => {
    const percent = `${String(Math.floor(share * 100)).padStart(3)} %`;
    if (terminal) {
      const full = Math.round(share * BAR);
      out.write(`\r\u001b[2K${`${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${percent}  ${text}`.slice(0, (out.columns ?? 100) - 1)}`);
      drawn = true;
    } else if (share >= 1 || performance.now() - lastLine >= LINE_MS) {
      lastLine = performance.now();
      out.write(`${percent}  ${text}\n`);
    }
  };
  return {
    sent: (bytes, total) => show(bytes / total, `uploaded ${megabytes(bytes)} of ${megabytes(total)} MB`),
    done: (now) => show(shareOf(now), `${grouped(now.rowsRead)} rows, ${grouped(now.rowsPerSecond)}/s: ${countsOf(now)}`),
    end: () => {
      if (drawn) out.write('\n');
      drawn = false;
    },
  };
}

/** What became of rows, for people. */
export function countsOf({ created, updated, unchanged, refused }: Import): string {
  return `${grouped(created)} created, ${grouped(updated)} updated, ${grouped(unchanged)} unchanged, ${grouped(refused)} refused`;
}

function shareOf({ readBytes, receivedBytes }: Import): number {
  return Number(receivedBytes) === 0 ? 0 : Number(readBytes) / Number(receivedBytes);
}

function grouped(count: string | number): string {
  return Number(count).toLocaleString('en');
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
