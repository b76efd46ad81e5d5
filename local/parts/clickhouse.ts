import { mkdir } from 'node:fs/promises';
import type { StackContext } from './context.ts';
import { nodeCommand } from './node-part.ts';
import type { Part } from './part.ts';
import { httpReady } from './probe.ts';

/** ClickHouse's engine in a process of ours with ClickHouse's HTTP interface (local/clickhouse). */
export function clickhousePart({ home, ports, secrets }: StackContext): Part {
  const port = ports['clickhouse'] ?? 0;
  const data = home.data('clickhouse');
  return {
    name: 'clickhouse',
    needs: [],
    address: `http://127.0.0.1:${port}`,
    version: 'chdb 3.4.0 (26.7)',
    follower: true,
    ports: ['clickhouse'],
    command: async () => {
      await mkdir(data, { recursive: true });
      return nodeCommand('local/clickhouse/main.ts', {
        CLICKHOUSE_LISTEN: `127.0.0.1:${port}`,
        CLICKHOUSE_DATA: data,
        CLICKHOUSE_USER: 'analytics',
        CLICKHOUSE_PASSWORD: secrets.clickhouse,
        CLICKHOUSE_DATABASE: 'analytics',
      });
    },
    ready: (signal) => httpReady(`http://127.0.0.1:${port}/ping`, signal),
  };
}
