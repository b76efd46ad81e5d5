import { ConnectionError, ShopError } from '@shopverse/client/shop';
import { StackError } from '../stack-error.ts';

/** What the shop's refusal, or its silence, means to whoever runs a command. @throws StackError, or what is neither */
export function asStackError(error: unknown): never {
  if (error instanceof ShopError) throw new StackError(`The shop answered ${error.reason}: ${error.message}`, { cause: error });
  if (error instanceof ConnectionError) throw new StackError('The edge does not answer: start the stack with npm start.', { cause: error });
  throw error;
}
