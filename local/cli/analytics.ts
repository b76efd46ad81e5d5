import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { replayGroup } from '@shopverse/mesh/events/operations/replay-group';
import { planRebuild, rebuildFigures, type RebuildPlan } from '../../services/analytics/store/rebuild.ts';
import { asOperator } from '../events/operator.ts';
import { StackError } from '../stack-error.ts';

/** Options of `shopverse analytics rebuild`. */
export interface RebuildOptions {
  readonly dryRun?: boolean;
  readonly forget?: boolean;
  readonly note?: string;
  readonly json?: boolean;
}

const GROUP = 'analytics';
/** Longest time of one statement, which makes the figures of one day, in milliseconds. */
const STATEMENT_MS = 600_000;

/**
 * `shopverse analytics rebuild`: all figures anew, of the single events that ClickHouse keeps; then the service handles all that Kafka has once more when it is started.
 * Refused, with nothing changed, while the service runs, and when figures would lose what is kept no longer. On record as a replay of the group.
 */
export async function rebuildAnalytics({ dryRun = false, forget = false, note = '', json = false }: RebuildOptions): Promise<void> {
  await asOperator(async ({ kafka, addresses, by }) => {
    const client = createClient({
      url: addresses.clickhouse,
      request_timeout: STATEMENT_MS,
      log: { level: ClickHouseLogLevel.OFF }, // What fails is thrown; the library would also write it to stderr.
    });
    try {
      const plan = await planRebuild(client).catch((cause: unknown) => {
        throw new StackError('ClickHouse does not answer, or has no figures yet: start the stack with npm start.', { cause });
      });
      if (plan.forgotten > 0n && !forget && !dryRun) throw new StackError(refusal(plan));
      const replay = { group: GROUP, from: new Date(0), by, note: `figures made anew ${note}`.trim(), dryRun };
      const { messages } = await replayGroup(kafka, replay);
      if (!dryRun) await rebuildFigures(client, plan);
      process.stdout.write(json ? `${JSON.stringify(asJson(plan, messages, dryRun))}\n` : asText(plan, messages, dryRun));
    } finally {
      await client.close();
    }
  });
}

function refusal({ forgotten }: RebuildPlan): string {
  return `${forgotten} events are in the figures, but kept no longer: what they stand for would be lost. Events that are missing come with npx shopverse events replay; --forget makes the figures of what is there.`;
}

function asJson({ events, days, forgotten }: RebuildPlan, messages: bigint, dryRun: boolean): object {
  return { events: Number(events), days: days.length, forgotten: Number(forgotten), messages: Number(messages), dry_run: dryRun };
}

function asText({ events, days, forgotten }: RebuildPlan, messages: bigint, dryRun: boolean): string {
  const [made, lost, will] = dryRun ? ['would be made', 'would be lost', 'would handle'] : ['are made', 'are lost', 'will handle'];
  const more = forgotten === 0n ? '' : `${forgotten} events that are kept no longer ${lost}.\n`;
  return `The figures ${made} of ${events} events of ${days.length} days.\n${more}${GROUP} ${will} ${messages} messages of Kafka again when it is started.\n`;
}
