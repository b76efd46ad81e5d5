import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, fromBinary, toJson, type FileRegistry, type JsonValue } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { fromMessage } from '../cloud-event.ts';
import type { IncomingMessage } from '../kafka.ts';

/** A message of Kafka as people and programs may read it. */
export interface ShownEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Full name of the event; empty when it is none. */
  readonly type: string;
  /** The event as proto3 JSON; undefined when it can't be read. */
  readonly event: JsonValue | undefined;
  /** Why it can't be read; empty when it can. */
  readonly unreadable: string;
  /** Size of the value, in bytes. */
  readonly bytes: number;
}

/** Makes messages readable by the contracts' descriptors. */
export class EventReader {
  readonly #registry: FileRegistry;

  private constructor(registry: FileRegistry) {
    this.#registry = registry;
  }

  /** Reads the descriptors. */
  static async open(): Promise<EventReader> {
    const bytes = await readFile(fileURLToPath(import.meta.resolve('@shopverse/contracts/descriptors.binpb')));
    return new EventReader(createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes)));
  }

  show(message: IncomingMessage): ShownEvent {
    const { topic, partition, offset, key, value, headers } = message;
    const about = {
      topic,
      partition,
      offset,
      key: key?.toString() ?? '',
      headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, text.toString()])),
      type: fromMessage(message)?.type ?? '',
      bytes: value?.byteLength ?? 0,
    };
    if (about.type === '' || value === null) return { ...about, event: undefined, unreadable: 'The message is no CloudEvent.' };
    const schema = this.#registry.getMessage(about.type);
    if (schema === undefined) return { ...about, event: undefined, unreadable: `The contracts know no ${about.type}.` };
    try {
      return { ...about, event: toJson(schema, fromBinary(schema, value), { registry: this.#registry }), unreadable: '' };
    } catch (error) {
      return { ...about, event: undefined, unreadable: `The value is no ${about.type}: ${(error as Error).message}` };
    }
  }
}
