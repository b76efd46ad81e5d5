import { readFileSync } from 'node:fs';

/** The project's version, "0.1.0". */
export const VERSION = (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
