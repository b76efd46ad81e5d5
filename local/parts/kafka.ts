import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from '../tools/install.ts';
import { copyJars } from '../tools/maven.ts';
import { mustHave } from '../tools/prerequisites.ts';
import { run } from '../tools/run.ts';
import type { StackContext } from './context.ts';
import type { Part } from './part.ts';
import { kafkaReady } from './kafka-probe.ts';

const VERSION = '4.4.0';
const FOLDER = join(import.meta.dirname, 'kafka');

/** Little memory and a quick start matter more here than throughput. */
const JVM = [
  '-Xms64m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:MaxMetaspaceSize=128m',
  '-XX:MaxDirectMemorySize=64m',
  '-Xss512k',
  '-Djava.net.preferIPv4Stack=true',
];

/** Kafka in KRaft mode, one node, from Maven's jars. */
export function kafkaPart({ home, ports, config }: StackContext): Part {
  const port = ports['kafka'] ?? 0;
  const data = home.data('kafka');
  let tool = '';
  return {
    name: 'kafka',
    needs: [],
    address: `127.0.0.1:${port}`,
    version: VERSION,
    ports: ['kafka', 'kafka_controller'],
    fetch: async (progress, signal) => {
      await mustHave('kafka');
      tool = await install(
        config.SHOPVERSE_TOOLS,
        `kafka-${VERSION}`,
        progress,
        (folder) => copyJars(join(FOLDER, 'pom.xml'), folder, 'Kafka', 'SHOPVERSE_KAFKA_URL', progress, signal),
        signal,
      );
    },
    command: async () => {
      await mkdir(data, { recursive: true });
      const properties = join(home.run, 'kafka.properties');
      await writeFile(properties, serverProperties(port, ports['kafka_controller'] ?? 0, data));
      const classpath = join(tool, 'libs', '*');
      if (!existsSync(join(data, 'meta.properties'))) {
        const id = clusterId();
        await run(
          'java',
          [...JVM, '-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', properties],
          `Kafka could not make its data folder ${data}.`,
        );
      }
      return {
        file: 'java',
        args: [...JVM, `-Dlog4j2.configurationFile=${join(FOLDER, 'log4j2.yaml')}`, '-cp', classpath, 'kafka.Kafka', properties],
        env: { ...process.env, MALLOC_ARENA_MAX: '2' },
      };
    },
    ready: (signal) => kafkaReady(port, signal),
  };
}

/** A random id of 16 bytes in base64url that does not begin with a dash, which the tool would take for an option. */
function clusterId(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('base64url');
}

function serverProperties(port: number, controllerPort: number, data: string): string {
  return `${Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': data,
    'num.partitions': 3,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 5,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
    'log.retention.hours': 168,
    'log.segment.bytes': 67_108_864,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}
