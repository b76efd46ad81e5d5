import { mkdir } from 'node:fs/promises';
import type { StackContext } from './context.ts';
import { nodeCommand } from './node-part.ts';
import type { Part } from './part.ts';
import { httpReady } from './probe.ts';

/** Catches all mail and shows it on a page (local/mail). */
export function mailPart({ home, ports }: StackContext): Part {
  const [smtp, page] = [ports['smtp'] ?? 0, ports['mail'] ?? 0];
  const data = home.data('mail');
  return {
    name: 'mail',
    needs: [],
    address: `http://127.0.0.1:${page}`,
    version: 'smtp-server 3',
    follower: true,
    ports: ['smtp', 'mail'],
    command: async () => {
      await mkdir(data, { recursive: true });
      return nodeCommand('local/mail/main.ts', {
        MAIL_SMTP_LISTEN: `127.0.0.1:${smtp}`,
        MAIL_PAGE_LISTEN: `127.0.0.1:${page}`,
        MAIL_DATA: data,
      });
    },
    ready: (signal) => httpReady(`http://127.0.0.1:${page}/healthz`, signal),
  };
}
