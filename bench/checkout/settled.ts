import { Client } from 'pg';
import { createStack } from '@shopverse/local/stack';
import { eventually } from '@shopverse/local/demo/eventually';
import { SERVICES } from '@shopverse/local/services';
import { sleep } from '@shopverse/mesh/backoff';
import type { Shop } from './shop.ts';

/** Services with an outbox in the way of an order. */
const SENDERS = ['order', 'payment', 'product'];
const LOOK_MS = 500;
const LONGEST_MS = 300_000;

/** Waits until all that orders cause has happened: no outbox holds an event, and no consumer has handled one for a moment. */
export async function untilSettled({ superuser }: Shop, env: Readonly<Record<string, string>>): Promise<void> {
  const { context } = await createStack({ environment: { ...process.env, ...env } });
  const clients = await Promise.all(
    SENDERS.map(async (service) => {
      const client = new Client({ connectionString: superuser(service) });
      await client.connect();
      return client;
    }),
  );
  const busy = async (): Promise<boolean> => {
    const left = await Promise.all(clients.map(async (client) => (await client.query('select from outbox limit 1')).rowCount ?? 0));
    return left.some((rows) => rows > 0);
  };
  const handled = async (): Promise<string> => {
    const pages = await Promise.all(
      SERVICES.map(async ({ name }) => {
        const answer = await fetch(`http://127.0.0.1:${context.ports[`${name}_admin`]}/metrics`, { signal: AbortSignal.timeout(5_000) });
        return (await answer.text()).split('\n').filter((line) => line.startsWith('messaging_client_consumed_messages'));
      }),
    );
    return pages.flat().join('\n');
  };
  try {
    let before = '';
    await eventually(
      'The end of all that the orders cause',
      async () => {
        const now = (await busy()) ? '' : await handled();
        const same = now !== '' && now === before;
        before = now;
        if (!same) await sleep(LOOK_MS);
        return same ? true : undefined;
      },
      { timeoutMs: LONGEST_MS },
    );
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}
