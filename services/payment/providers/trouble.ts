import { Failure } from '@shopverse/mesh/failure';

/** Why a request to a provider came to nothing. The message holds what helps to find the reason, and no key, header or body. */
export class ProviderTrouble extends Error {
  override readonly name = 'ProviderTrouble';
  /** Whether the provider is away or busy, so that the same request may work soon. A refusal stays one. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean) {
    super(message);
    this.passing = passing;
  }
}

/** HTTP statuses that say "later" and not "no": timeout, conflict with a request under way, too many requests, and the server's own trouble. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;
}

/** Trouble with a provider as the contract's PROVIDER_UNAVAILABLE. */
export function unavailable(provider: string, trouble: ProviderTrouble, retryAfterMs = 2_000): Failure {
  return new Failure('PROVIDER_UNAVAILABLE', 'The payment provider is away or refuses; try again later.', {
    metadata: { provider },
    retryAfterMs,
    cause: trouble,
  });
}

/** Whether an error says that the provider itself is away or busy. */
export function isPassingTrouble(error: unknown): boolean {
  return error instanceof Failure && error.options.cause instanceof ProviderTrouble && error.options.cause.passing;
}
