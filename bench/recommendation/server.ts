/**
 * The recommendation service's calls in a process of their own: `server.ts <mongodb url> <certificates>`. Neither Kafka nor jobs are there, so that what is
 * measured is answering. Tells its port (IPC), and how often MongoDB was asked so far when it is sent anything.
 */
import { join } from 'node:path';
import { RecommendationServiceDefinition } from '@shopverse/contracts/shopverse/recommendation/v1/recommendation_service';
import { readConfig } from '@shopverse/mesh/config/read';
import { WorkloadCredentials } from '@shopverse/mesh/identity/credentials';
import { RpcServer } from '@shopverse/mesh/rpc/serve';
import { openMongo } from '@shopverse/mesh/store/mongodb';
import { createLogger } from '@shopverse/mesh/telemetry/logger';
import { settings } from '../../services/recommendation/config.ts';
import { assemble } from '../../services/recommendation/parts.ts';
import { countedReads } from '../../services/recommendation/testing/counted-reads.ts';
import { BenchHost } from '../foundation/events/host.ts';

const [url = '', certificates = ''] = process.argv.slice(2);
const { database, count } = countedReads(await openMongo(new BenchHost(''), { url }));
const { handlers } = assemble(database, readConfig(settings, { MONGODB_URL: url }), { nameOf: () => '' });
const credentials = new WorkloadCredentials(join(certificates, 'recommendation')).server();
const server = new RpcServer({ credentials, log: createLogger('recommendation', 'info') });
server.add(RecommendationServiceDefinition, handlers);
process.on('disconnect', () => process.exit(0));
process.on('message', () => process.send?.({ reads: count() }));
process.send?.({ port: await server.listen('127.0.0.1:0') });
