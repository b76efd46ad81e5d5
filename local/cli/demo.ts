import { runDemo } from '../demo/run-demo.ts';
import { createStack } from '../stack.ts';
import { StackError } from '../stack-error.ts';
import { askControl } from '../supervisor/control.ts';
import type { StackStatus } from './up.ts';

/** `shopverse demo`: exit code 0 only when every step is ok. */
export async function demo({ json = false }: { readonly json?: boolean }): Promise<void> {
  const { addresses, secrets, home, config } = await createStack();
  const now = await askControl<StackStatus>(home.folder, 'status');
  if (now === undefined) throw new StackError('The stack does not run: start it with npm start.');
  const jaeger = now.parts.find(({ name }) => name === 'jaeger');
  const there = config.SHOPVERSE_JAEGER_URL !== '' || jaeger?.state === 'ready';
  const { ok } = await runDemo({
    edgeUrl: addresses.edge,
    mailUrl: addresses.mailPage,
    sandboxUrl: addresses.sandbox,
    jaegerUrl: there ? addresses.jaeger : undefined,
    jaegerNote: jaeger === undefined ? undefined : `Jaeger is ${jaeger.state}${jaeger.note === '' ? '' : `: ${jaeger.note}`}`,
    adminEmail: secrets.admin.email,
    adminPassword: secrets.admin.password,
    json,
  });
  if (!ok) process.exitCode = 1;
}
