import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from '../tools/install.ts';
import { copyJars } from '../tools/maven.ts';
import { mustHave } from '../tools/prerequisites.ts';
import { run } from '../tools/run.ts';
import type { StackContext } from './context.ts';
import type { Part } from './part.ts';
import { mongodbReady } from './mongodb-probe.ts';

const VERSION = '1.47.0';
/** Counts the changes of our Java files: each is built anew. */
const LAUNCHER = 3;
const FOLDER = join(import.meta.dirname, 'mongodb');
const SOURCES = ['MongoDbPart', 'IndexedBackend', 'KeysAndMoreIndex', 'FirstKeyIndex', 'WholeDocuments'].map((name) =>
  join(FOLDER, `${name}.java`),
);

/** A server of the MongoDB wire protocol with an H2 file behind it (docs/decisions/local-mongodb.md). */
export function mongodbPart({ home, ports, config }: StackContext): Part {
  const port = ports['mongodb'] ?? 0;
  const data = home.data('mongodb');
  let tool = '';
  return {
    name: 'mongodb',
    needs: [],
    address: `127.0.0.1:${port}`,
    version: `mongo-java-server ${VERSION}`,
    follower: true,
    ports: ['mongodb'],
    fetch: async (progress, signal) => {
      await mustHave('mongodb');
      tool = await install(
        config.SHOPVERSE_TOOLS,
        `mongodb-part-${VERSION}-${LAUNCHER}`,
        progress,
        async (folder) => {
          await copyJars(join(FOLDER, 'pom.xml'), folder, 'The MongoDB part', 'SHOPVERSE_MONGODB_URL', progress, signal);
          await run(
            'javac',
            ['-cp', join(folder, 'libs', '*'), '-d', join(folder, 'classes'), ...SOURCES],
            "The MongoDB part's launcher could not be compiled: Java must be a JDK; or set SHOPVERSE_MONGODB_URL to a server of yours.",
          );
        },
        signal,
      );
    },
    command: async () => {
      await mkdir(data, { recursive: true });
      const classpath = `${join(tool, 'classes')}:${join(tool, 'libs', '*')}`;
      return {
        file: 'java',
        args: [
          '-Xms32m',
          '-Xmx192m',
          '-XX:+UseSerialGC',
          '-XX:TieredStopAtLevel=1',
          '-cp',
          classpath,
          'MongoDbPart',
          join(data, 'mongodb.h2'),
          String(port),
        ],
      };
    },
    ready: (signal) => mongodbReady(port, signal),
  };
}
