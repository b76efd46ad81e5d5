import { isMessage } from '@bufbuild/protobuf';
import type { DescMessage, Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';

/** Values that the rules of a field name, and their neighbours: where a validator is most likely wrong. */
export interface Hints {
  readonly strings: string[];
  readonly patterns: RegExp[];
  readonly numbers: number[];
  readonly integers: bigint[];
  /** Moments and spans. */
  readonly milliseconds: number[];
}

export function hintsOf(schema: DescMessage, rules: Message, hints = empty()): Hints {
  const message = reflect(schema, rules);
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    const content: unknown = message.get(field);
    const values = field.fieldKind === 'list' ? [...(content as Iterable<unknown>)] : [content];
    for (const value of values) note(field.name, value, hints);
  }
  return hints;
}

function note(rule: string, value: unknown, hints: Hints): void {
  if (typeof value === 'string') {
    if (rule === 'pattern') hints.patterns.push(new RegExp(value, 'u'));
    else hints.strings.push(value);
  } else if (typeof value === 'bigint') {
    hints.integers.push(value - 1n, value, value + 1n);
    hints.numbers.push(Number(value) - 1, Number(value), Number(value) + 1);
  } else if (typeof value === 'number') {
    hints.numbers.push(value - 1, value, value + 1);
    if (Number.isInteger(value)) hints.integers.push(BigInt(value) - 1n, BigInt(value), BigInt(value) + 1n);
  } else if (isReflected(value)) {
    const { message } = value;
    if (isMessage(message, TimestampSchema) || isMessage(message, DurationSchema)) {
      const milliseconds = Number(message.seconds) * 1000 + Math.trunc(message.nanos / 1e6);
      hints.milliseconds.push(milliseconds - 1, milliseconds, milliseconds + 1);
    } else hintsOf(value.desc, message, hints);
  }
}

const isReflected = (value: unknown): value is { desc: DescMessage; message: Message } =>
  typeof value === 'object' && value !== null && 'desc' in value && 'message' in value;

const empty = (): Hints => ({ strings: [], patterns: [], numbers: [], integers: [], milliseconds: [] });
