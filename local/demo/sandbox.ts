import { UnexpectedAnswer } from './unexpected-answer.ts';

/** Pays by UPI at the sandbox provider's page, as the customer would. @throws UnexpectedAnswer when the provider refuses */
export async function payAtSandbox(sandboxUrl: string, providerOrderId: string, traceparent: string): Promise<void> {
  const response = await fetch(`${sandboxUrl}/sandbox/orders/${encodeURIComponent(providerOrderId)}/pay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent },
    body: JSON.stringify({ method: 'upi', outcome: 'success' }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new UnexpectedAnswer(`The provider answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
}
