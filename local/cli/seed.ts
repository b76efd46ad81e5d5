import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixedTargets, serviceEnvironment } from '../parts/service.ts';
import { nodeCommand, NODE } from '../parts/node-part.ts';
import { SERVICES } from '../services.ts';
import { readSettings } from '../settings.ts';
import type { Stack } from '../stack.ts';
import { StackError } from '../stack-error.ts';
import { askControl } from '../supervisor/control.ts';
import { run } from '../tools/run.ts';

/** What each seeding script said. */
export type SeedReport = Readonly<Record<string, unknown>>;

/** Scripts of the services that put their first data in place; each changes nothing when it is there. */
const SCRIPTS = ['auth', 'product'] as const;
type Seeded = (typeof SCRIPTS)[number];

/** Seeds a stack the first time it is up. */
export async function seedOnce(stack: Stack, say: (text: string) => void): Promise<void> {
  const done = join(stack.home.run, 'seeded');
  if (existsSync(done)) return;
  say('Seeding: the catalogue, an admin and a demo customer.');
  await runSeed(stack);
  await writeFile(done, new Date().toISOString());
}

/** Runs the services' seeding scripts, all unless some are named, each with its service's environment. @throws StackError */
export async function runSeed({ context }: Pick<Stack, 'context'>, names: readonly Seeded[] = SCRIPTS): Promise<SeedReport> {
  const { secrets } = context;
  const report: Record<string, unknown> = {};
  for (const name of names) {
    const entry = SERVICES.find((service) => service.name === name);
    if (entry === undefined) throw new StackError(`There is no service ${name} to seed.`);
    const { args, env } = nodeCommand(`services/${name}/seed.ts`, {
      ...(await serviceEnvironment(entry, context)),
      // A script of a few seconds needs no part in the mesh.
      ...fixedTargets(entry.peers, context),
      SEED_ADMIN_EMAIL: secrets.admin.email,
      SEED_ADMIN_PASSWORD: secrets.admin.password,
      SEED_CUSTOMER_EMAIL: secrets.customer.email,
      SEED_CUSTOMER_PASSWORD: secrets.customer.password,
    });
    const printed = await run(NODE, args, `${name} could not be seeded.`, { timeoutMs: 120_000, ...(env === undefined ? {} : { env }) });
    report[name] = lastJson(printed);
  }
  return report;
}

/** `shopverse seed` */
export async function seed({ json = false }: { readonly json?: boolean }): Promise<void> {
  const report = await askControl<SeedReport>(readSettings().SHOPVERSE_HOME, 'seed', undefined, 180_000);
  if (report === undefined) throw new StackError('The stack does not run: start it with npm start.');
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${Object.entries(report).map(([name, said]) => `${name}: ${JSON.stringify(said)}`).join('\n')}\n`); // prettier-ignore
}

function lastJson(printed: string): unknown {
  const line = printed.split('\n').findLast((text) => text.startsWith('{'));
  return line === undefined ? {} : JSON.parse(line);
}
