import { userInfo } from 'node:os';
import { Kafka } from '@shopverse/mesh/events/kafka';
import { OperationRefused } from '@shopverse/mesh/events/operations/refusal';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import type { Addresses } from '../parts/context.ts';
import { createStack } from '../stack.ts';
import { StackError } from '../stack-error.ts';

/** What an operator's command works with. */
export interface OperatorTools {
  readonly kafka: Kafka;
  readonly addresses: Addresses;
  /** Who is on record for what the command does. */
  readonly by: string;
}

/** Runs an operator's command on the stack's Kafka. @throws StackError when Kafka does not answer, or the command is refused */
export async function asOperator<T>(work: (tools: OperatorTools) => Promise<T>): Promise<T> {
  const { addresses } = await createStack();
  const kafka = new Kafka({ brokers: addresses.kafkaBrokers.split(','), clientId: 'operator', log: createLogger('operator', 'silent') });
  try {
    await kafka.ping().catch((cause: unknown) => {
      throw new StackError('Kafka does not answer: start the stack with npm start.', { cause });
    });
    return await work({ kafka, addresses, by: `operator:${userInfo().username}` });
  } catch (error) {
    if (error instanceof OperationRefused) throw new StackError(error.message, { cause: error });
    throw error;
  } finally {
    await kafka.close();
  }
}

/** A time as people write it: 2026-11-27T10:00:00Z, or how long ago, 15m, 2h, 3d. @throws StackError when it is neither */
export function timeOf(text: string, now = new Date()): Date {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const time =
    amount === undefined
      ? new Date(text)
      : new Date(now.getTime() - Number(amount) * ({ s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? ''] ?? Number.NaN));
  if (Number.isNaN(time.getTime()))
    throw new StackError(`"${text}" is no time: write 2026-11-27T10:00:00Z, or how long ago, for example 15m, 2h or 3d.`);
  return time;
}

/** A whole number within limits. @throws StackError when it is none */
export function countOf(text: string, option: string, max: number): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > max) throw new StackError(`${option} must be a whole number from 1 to ${max}.`);
  return count;
}
