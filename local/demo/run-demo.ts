import { ShopError } from '@shopverse/client/shop';
import { UnexpectedAnswer } from './unexpected-answer.ts';
import { story, type DemoTarget } from './story.ts';

/** One step as `--json` shows it. */
export interface StepReport {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  /** What was seen, or what was wrong. */
  readonly says: string;
  readonly ids?: Readonly<Record<string, string>>;
}

/** How the story went. */
export interface DemoReport {
  readonly ok: boolean;
  readonly steps: readonly StepReport[];
  /** Trace id of the whole story. */
  readonly trace: string;
}

/** Options of `runDemo`. */
export interface DemoOptions extends DemoTarget {
  /** Print one JSON object at the end in place of a line a step. */
  readonly json: boolean;
  /** Where it is printed. @default process.stdout */
  readonly out?: { write(text: string): unknown };
}

/** Plays a customer's whole story against a running stack, through the edge's REST, checking each answer; stops at the first that is wrong. */
export async function runDemo({ json, out = process.stdout, ...target }: DemoOptions): Promise<DemoReport> {
  const { traceId, steps } = story(target);
  const reports: StepReport[] = [];
  for (const step of steps) {
    const started = performance.now();
    const outcome = await step.run().then(
      (seen) => ({ ok: true, ...seen }),
      (error: unknown) => ({ ok: false, says: sentenceOf(error) }),
    );
    const report = { name: step.name, ms: Math.round(performance.now() - started), ...outcome };
    reports.push(report);
    if (!json) out.write(`${report.ok ? '✓' : '✗'} ${step.name.padEnd(36)} ${String(report.ms).padStart(6)} ms  ${report.says}\n`);
    if (!report.ok) break;
  }
  const result = { ok: reports.every(({ ok }) => ok) && reports.length === steps.length, steps: reports, trace: traceId };
  if (json) out.write(`${JSON.stringify(result)}\n`);
  return result;
}

function sentenceOf(error: unknown): string {
  if (error instanceof UnexpectedAnswer) return error.message;
  if (error instanceof ShopError) return `The shop answered ${error.status} ${error.reason}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
