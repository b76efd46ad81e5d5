import { Failure } from '@shopverse/mesh/failure';
import { isPassing, ProviderTrouble, unavailable } from '../trouble.ts';

/** What the SDK throws when Razorpay answered with an error. When there was no answer at all it throws a TypeError over the missing response. */
interface SdkError {
  readonly statusCode: number | string;
  readonly error?: { readonly code?: string; readonly description?: string; readonly field?: string | null };
}

/** Whether Razorpay refused to open an order because there is one with this receipt. */
export function isReceiptTaken(error: unknown): boolean {
  return isSdkError(error) && Number(error.statusCode) === 400 && /receipt should be unique/i.test(error.error?.description ?? '');
}

/** Why Razorpay will not do what it was asked, now or later; undefined when it might. */
export function refusalOf(error: unknown): string | undefined {
  if (!isSdkError(error) || ![400, 404, 422].includes(Number(error.statusCode))) return undefined;
  return (error.error?.description ?? 'refused').slice(0, 300);
}

/** Any trouble with Razorpay as the contract's PROVIDER_UNAVAILABLE. */
export function asUnavailable(operation: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!isSdkError(error)) {
    const kind = error instanceof Error ? error.name : typeof error;
    return unavailable('razorpay', new ProviderTrouble(`Razorpay did not answer ${operation} (${kind})`, true));
  }
  const { code = '', description = '' } = error.error ?? {};
  const said = `Razorpay refused ${operation}: HTTP ${error.statusCode} ${code} ${description}`.trim();
  return unavailable('razorpay', new ProviderTrouble(said, isPassing(Number(error.statusCode))));
}

function isSdkError(error: unknown): error is SdkError {
  return typeof error === 'object' && error !== null && 'statusCode' in error;
}
