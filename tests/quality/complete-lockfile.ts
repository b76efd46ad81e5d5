/** Adds to package-lock.json what npm left out of it: `npm run lockfile`, after `npm install` from a mirror that lacks other platforms. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entryOf, missingPackages } from './lockfile.ts';
import type { LockedPackage, LockedPackages } from './lockfile.ts';

const file = join(import.meta.dirname, '../../package-lock.json');
const lockfile = JSON.parse(await readFile(file, 'utf8')) as { packages: LockedPackages };
const added = missingPackages(lockfile.packages).map((each): [string, LockedPackage] => [`node_modules/${each.name}`, entryOf(each)]);
const entries = Object.entries(lockfile.packages);
for (const entry of added) {
  // After the last entry that sorts before it: npm's order, with little to see in a diff.
  const place = entries.findLastIndex(([path]) => path.startsWith('node_modules/') && path.localeCompare(entry[0], 'en') < 0);
  entries.splice(place + 1, 0, entry);
}
const packages = Object.fromEntries(entries);
if (added.length > 0) await writeFile(file, `${JSON.stringify({ ...lockfile, packages }, undefined, 2)}\n`);
console.log(`package-lock.json: ${added.length} packages of other platforms added.`);
