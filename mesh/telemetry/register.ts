/**
 * Sets up OpenTelemetry before the first module of a service is loaded: `node --import @shopverse/mesh/telemetry/register main.ts`. Without the
 * loader hook, instrumentation of ESM modules gives no spans, silently; so this file comes first, by --import.
 */
import { register } from 'node:module';
import { basename, dirname } from 'node:path';
import { readConfig } from '../config/read.ts';
import { telemetrySettings } from './settings.ts';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const { startTelemetry } = await import('./start.ts');
const main = process.argv[1] ?? '';
startTelemetry(process.env['OTEL_SERVICE_NAME'] ?? basename(dirname(main)), readConfig(telemetrySettings));
