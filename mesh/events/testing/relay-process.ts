/** A process that publishes an outbox and nothing else, to be killed by tests: `node relay-process.ts <database url> <brokers>`. */
import { openPostgres } from '../../store/postgres.ts';
import { startRelay } from '../relay.ts';
import { TestHost } from './scene.ts';

const [url = '', brokers = ''] = process.argv.slice(2);
const host = new TestHost('order', brokers);
startRelay(host, await openPostgres(host, { url }));
