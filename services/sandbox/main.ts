import { ConfigError, readConfig } from '@shopverse/mesh/config/read';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import { settings } from './config.ts';
import { startSandbox } from './sandbox.ts';

try {
  const config = readConfig(settings);
  const log = createLogger('sandbox', config.LOG_LEVEL);
  const sandbox = await startSandbox(config, log);
  log.info({ port: sandbox.port, start_ms: Math.round(performance.now()) }, 'serving');
  const stop = async (reason: string) => {
    log.info({ reason }, 'stopping');
    await sandbox.stop();
    log.info('stopped');
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop('SIGTERM'));
  process.once('SIGINT', () => void stop('SIGINT'));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`sandbox can't start. ${error.message}\n`);
  process.exit(1);
}
