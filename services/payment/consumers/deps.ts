import type { EventHandler } from '@shopverse/mesh/events/handler';
import type { Logger } from '@shopverse/mesh/telemetry/logger';
import type { PaymentDatabase } from '../store/payment-repository.ts';

/** What consumers work with. */
export interface ConsumerDeps {
  readonly database: PaymentDatabase;
  readonly log: Logger;
  readonly clock: () => Date;
  /** Called when refunds may be due. */
  readonly wake: () => void;
}

/** Wakes those who carry refunds out when the handler's transaction is committed. */
export function waking(handler: EventHandler, wake: () => void): EventHandler {
  return {
    ...handler,
    handle: async (payload, event) => {
      await handler.handle(payload, event);
      wake();
    },
  };
}
