import { Failure } from '@shopverse/mesh/failure';

/** What the SDK throws when Razorpay answered with an error. When there was no answer at all it throws a TypeError over the missing response. */
interface SdkError {
  readonly statusCode: number | string;
  readonly error?: { readonly code?: string; readonly description?: string; readonly field?: string | null };
}

/** Whether Razorpay refused to open an order because there is one with this receipt. */
export function isReceiptTaken(error: unknown): boolean {
  return isSdkError(error) && Number(error.statusCode) === 400 && /receipt should be unique/i.test(error.error?.description ?? '');
}

/** Any trouble with Razorpay as the contract's PROVIDER_UNAVAILABLE. The cause keeps what helps to find the reason, and no key, header or body. */
export function asUnavailable(operation: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const what = isSdkError(error)
    ? `refused ${operation}: HTTP ${error.statusCode} ${error.error?.code ?? ''} ${error.error?.description ?? ''}`.trim()
    : `did not answer ${operation} (${error instanceof Error ? error.name : typeof error})`;
  return new Failure('PROVIDER_UNAVAILABLE', 'The payment provider is away or refuses; try again later.', {
    metadata: { provider: 'razorpay' },
    retryAfterMs: 2_000,
    cause: new Error(`Razorpay ${what}`),
  });
}

function isSdkError(error: unknown): error is SdkError {
  return typeof error === 'object' && error !== null && 'statusCode' in error;
}
