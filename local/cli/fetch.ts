import { createStack } from '../stack.ts';
import { progressView } from './progress.ts';

/** `shopverse fetch`: puts all servers in place, so that the next start needs no network. */
export async function fetchAll(): Promise<void> {
  const view = progressView(process.stdout);
  const { supervisor } = await createStack({ listener: view.changed });
  const failures: string[] = [];
  await Promise.all(
    supervisor.parts.map(async (managed) => {
      try {
        await managed.fetch(new AbortController().signal);
      } catch (error) {
        const sentence = error instanceof Error ? error.message : String(error);
        if (managed.part.optional === true) managed.giveUp(sentence);
        else failures.push(sentence);
      }
    }),
  );
  view.end();
  if (failures.length > 0) {
    process.stderr.write(`${failures.join('\n')}\n`);
    process.exitCode = 1;
  } else process.stdout.write('All servers are in place.\n');
}
