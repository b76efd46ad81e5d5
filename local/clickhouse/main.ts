/** ClickHouse for a laptop: the engine in this process behind ClickHouse's HTTP interface. One process a data folder. */
import { createServer } from 'node:http';
import { integer, listenAddress, requiredText, secret, text } from '@shopverse/mesh/config/kinds';
import { readConfig } from '@shopverse/mesh/config/read';
import { runSmallServer } from '../small-server.ts';
import { Engine } from './engine.ts';
import { answer } from './http-interface.ts';

const settings = {
  CLICKHOUSE_LISTEN: listenAddress('127.0.0.1:8123', 'Where it listens (HTTP)'),
  CLICKHOUSE_DATA: requiredText('Folder of the data'),
  CLICKHOUSE_USER: text('default', 'The one user'),
  CLICKHOUSE_PASSWORD: secret("The user's password"),
  CLICKHOUSE_DATABASE: text('default', 'Database that is made when it is not there'),
  CLICKHOUSE_CONNECTIONS: integer(3, 'Statements that run at once', { min: 1, max: 16 }),
};

await runSmallServer('clickhouse', async () => {
  const config = readConfig(settings);
  const engine = new Engine(config.CLICKHOUSE_DATA, config.CLICKHOUSE_CONNECTIONS);
  const database = config.CLICKHOUSE_DATABASE.replaceAll(/\W/g, '');
  await engine.run(
    { kind: 'statement', sql: `CREATE DATABASE IF NOT EXISTS ${database}`, format: 'TabSeparated', parameters: {}, settings: {} },
    'default',
  );
  const credentials = { user: config.CLICKHOUSE_USER, password: config.CLICKHOUSE_PASSWORD };
  const server = createServer((request, response) => void answer(engine, credentials, request, response));
  return { servers: [{ server, listen: config.CLICKHOUSE_LISTEN, setting: 'CLICKHOUSE_LISTEN' }], close: async () => engine.close() };
});
