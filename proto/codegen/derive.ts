import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readContracts } from './contracts.ts';
import { generateErrorReasons } from './error-reasons.ts';
import { generateEventTypes } from './event-types.ts';
import { generateMethodRules } from './method-rules.ts';
import { generateValidators } from './validators.ts';

const generators = {
  'error-reasons.ts': generateErrorReasons,
  'event-types.ts': generateEventTypes,
  'method-rules.ts': generateMethodRules,
  'validators.ts': generateValidators,
} as const;

/** Writes the modules derived from the contracts' options into `folder`, which holds descriptors.binpb. */
export async function deriveModules(folder: string): Promise<void> {
  const contracts = readContracts(await readFile(join(folder, 'descriptors.binpb')));
  await Promise.all(Object.entries(generators).map(([file, generate]) => writeFile(join(folder, file), generate(contracts))));
}
