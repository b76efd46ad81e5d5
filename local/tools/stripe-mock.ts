import { join } from 'node:path';
import { install, type Progress } from './install.ts';
import { run } from './run.ts';

const VERSION = 'v0.203.0';

/**
 * Path of stripe-mock, Stripe's own server that checks requests against Stripe's OpenAPI and answers with its fixtures; built from its Go module when it is not there
 * yet. Only tests need it.
 *
 * @throws StackError with the way out
 */
export async function installStripeMock(tools: string, progress: Progress = () => {}): Promise<string> {
  const folder = await install(tools, `stripe-mock-${VERSION}`, progress, async (target) => {
    const otherwise = 'stripe-mock could not be built; it needs Go and its module proxy.';
    const bin = ['-n', '15', 'env', `GOBIN=${target}`, 'go', 'install', '-trimpath', `github.com/stripe/stripe-mock@${VERSION}`];
    await run('nice', bin, otherwise, { progress, timeoutMs: 15 * 60_000 });
  });
  return join(folder, 'stripe-mock');
}
