import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readContracts } from '../contracts.ts';
import { asyncApi } from './asyncapi.ts';
import { catalogueOf } from './catalogue.ts';
import { eventsPage } from './page.ts';
import { registrations } from './registrations.ts';

/** The documents about events as they should be now, by their names in docs/. */
export async function eventCatalogue(project: string): Promise<Readonly<Record<'events.md' | 'asyncapi.json', string>>> {
  const contracts = readContracts(await readFile(join(project, 'proto/gen/documented-descriptors.binpb')));
  const topics = catalogueOf(contracts, await registrations(join(project, 'services')));
  return { 'events.md': eventsPage(topics), 'asyncapi.json': `${JSON.stringify(asyncApi(topics), undefined, 2)}\n` };
}
