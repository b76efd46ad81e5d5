import type { EventHandler } from '@shopverse/mesh/events/handler';
import type { OutboxRow } from '@shopverse/mesh/events/outbox';
import type { Postgres } from '@shopverse/mesh/store/postgres';
import { sql } from 'kysely';
import type { Faults } from './faults.ts';

/** What Kafka and the relays promise: every event gets to every group, at least once, those of one aggregate in their order. */
export class Bus {
  readonly #faults: Faults;
  readonly #senders: readonly Postgres<never>[];
  readonly #groups: Readonly<Record<string, ReadonlyMap<string, EventHandler>>>;
  /** By topic and aggregate. */
  readonly #logs = new Map<string, OutboxRow[]>();
  /** How far a group is in a log, by group and log. */
  readonly #places = new Map<string, number>();

  constructor(faults: Faults, senders: readonly Postgres<never>[], groups: Readonly<Record<string, readonly EventHandler[]>>) {
    this.#faults = faults;
    this.#senders = senders;
    this.#groups = Object.fromEntries(
      Object.entries(groups).map(([group, handlers]) => [group, new Map(handlers.map((handler) => [handler.type, handler]))]),
    );
  }

  get groups(): readonly string[] {
    return Object.keys(this.#groups);
  }

  /** Takes over what the services have published since. */
  async relay(): Promise<void> {
    for (const database of this.#senders) {
      const { rows } = await sql<OutboxRow & { readonly position: string }>`
        with taken as (delete from outbox returning *) select * from taken order by position`.execute(database.sql);
      for (const row of rows) {
        const name = `${row.topic} ${row.aggregateid}`;
        this.#logs.set(name, [...(this.#logs.get(name) ?? []), row]);
      }
    }
  }

  /** Hands a group up to `count` events of one of the aggregates it is behind in. Answers whether there was any. @throws what its handler throws; the event comes again then */
  async deliver(group: string, which: number, count: number): Promise<boolean> {
    const behind = [...this.#logs].filter(([name, log]) => this.#placeOf(group, name) < log.length);
    const [name, log] = behind[which % Math.max(1, behind.length)] ?? [];
    if (name === undefined || log === undefined) return false;
    for (let done = 0; done < count && this.#placeOf(group, name) < log.length; done += 1) {
      const row = log[this.#placeOf(group, name)];
      if (row !== undefined) await this.#faults.around(() => this.#handle(group, row));
      this.#places.set(`${group} ${name}`, this.#placeOf(group, name) + 1);
    }
    return true;
  }

  /** Has a group handle the last `count` events of an aggregate again, as after a rebalance. */
  rewind(group: string, which: number, count: number): void {
    const names = [...this.#logs.keys()];
    const name = names[which % Math.max(1, names.length)];
    if (name !== undefined) this.#places.set(`${group} ${name}`, Math.max(0, this.#placeOf(group, name) - count));
  }

  #placeOf(group: string, name: string): number {
    return this.#places.get(`${group} ${name}`) ?? 0;
  }

  async #handle(group: string, { id, type, topic, aggregateid: subject, payload }: OutboxRow): Promise<void> {
    const event = {
      id,
      type,
      source: '/test',
      subject,
      time: new Date(),
      topic,
      partition: 0,
      offset: '0',
      signal: new AbortController().signal,
    };
    await this.#groups[group]?.get(type)?.handle(payload, event);
  }
}
