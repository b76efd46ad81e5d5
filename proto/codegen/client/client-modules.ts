import type { Contracts } from '../contracts.ts';
import { restErrors } from '../rest/errors.ts';
import { restMethods } from '../rest/rest-methods.ts';
import { schemaNames } from '../rest/schema-names.ts';
import { servicesModule } from './client-services.ts';
import { docs, header, typeModules } from './client-types.ts';

/** The files of the client's gen/, by name. Needs descriptors with comments. */
export function clientModules(contracts: Contracts): ReadonlyMap<string, string> {
  const methods = restMethods(contracts);
  const names = schemaNames(methods);
  return new Map([
    ...[...typeModules(names)].map(([module, text]): [string, string] => [`${module}.ts`, text]),
    ['services.ts', servicesModule(methods, names)],
    ['error-reason.ts', reasonModule(contracts)],
  ]);
}

function reasonModule(contracts: Contracts): string {
  const reasons = [...restErrors(contracts).values()];
  return [
    header,
    '',
    '/** Why a call can be refused. */',
    'export type ErrorReason =',
    `${reasons.map(({ reason, description }) => `${docs(description, '  ')}  | '${reason}'`).join('\n')};`,
    '',
  ].join('\n');
}
