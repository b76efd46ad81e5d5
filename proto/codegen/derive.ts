import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readContracts, type Contracts } from './contracts.ts';
import { generateErrorReasons } from './error-reasons.ts';
import { generateEventTypes } from './event-types.ts';
import { generateMethodRules } from './method-rules.ts';
import { generateOpenApi } from './rest/openapi.ts';
import { generateValidators } from './validators.ts';

const generators = {
  'error-reasons.ts': generateErrorReasons,
  'event-types.ts': generateEventTypes,
  'method-rules.ts': generateMethodRules,
  'validators.ts': generateValidators,
} as const;

/** What is derived from the comments, too. */
const documentGenerators = { 'openapi.json': generateOpenApi } as const;

/**
 * Writes what is derived from the contracts' options and comments into `folder`, which holds descriptors.binpb and
 * documented-descriptors.binpb.
 */
export async function deriveModules(folder: string): Promise<void> {
  await Promise.all([write(folder, 'descriptors.binpb', generators), write(folder, 'documented-descriptors.binpb', documentGenerators)]);
}

async function write(
  folder: string,
  descriptors: string,
  derived: Readonly<Record<string, (contracts: Contracts) => string>>,
): Promise<void> {
  const contracts = readContracts(await readFile(join(folder, descriptors)));
  await Promise.all(Object.entries(derived).map(([file, generate]) => writeFile(join(folder, file), generate(contracts))));
}
