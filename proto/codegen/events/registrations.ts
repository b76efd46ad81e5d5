import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Which services publish and handle an event, in alphabetical order. */
export interface Parties {
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
}

/** An event's full name in quotes; behind `publish(eventTypes[` it goes out. */
const MENTION = /(publish\(\s*eventTypes\[\s*)?'(shopverse\.\w+\.v\d+\.\w+)'/g;

/**
 * Who publishes and who handles which event, by what the services register: a service publishes what it gives to `publish(eventTypes['…'])`, and handles
 * what the files of its folder `consumers/` name. Tests and migrations don't count.
 */
export async function registrations(services: string): Promise<ReadonlyMap<string, Parties>> {
  const found = new Map<string, { producers: Set<string>; consumers: Set<string> }>();
  for (const file of (await readdir(services, { recursive: true })).filter(isCode)) {
    const [service = '', folder] = file.split(sep);
    const text = await readFile(join(services, file), 'utf8');
    for (const [, published, event = ''] of text.matchAll(MENTION)) {
      const parties = found.get(event) ?? { producers: new Set(), consumers: new Set() };
      found.set(event, parties);
      if (published !== undefined) parties.producers.add(service);
      else if (folder === 'consumers') parties.consumers.add(service);
    }
  }
  const sorted = (names: ReadonlySet<string>) => [...names].toSorted((a, b) => a.localeCompare(b));
  return new Map(
    [...found].map(([event, { producers, consumers }]) => [event, { producers: sorted(producers), consumers: sorted(consumers) }]),
  );
}

function isCode(file: string): boolean {
  return file.endsWith('.ts') && !file.endsWith('.test.ts') && !/[\\/](testing|migrations|node_modules)[\\/]/.test(file);
}
