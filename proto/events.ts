/** `npm run events`: writes docs/events.md and docs/asyncapi.json, the catalogue of events. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventCatalogue } from './codegen/events/documents.ts';

const project = join(import.meta.dirname, '..');
for (const [file, text] of Object.entries(await eventCatalogue(project))) await writeFile(join(project, 'docs', file), text);
