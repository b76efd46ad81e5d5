/**
 * Issues workload certificates into a folder and renews them at half their life, for stacks without SPIRE or cert-manager:
 * `issue-certificates.ts <folder> <workload>…`. Each workload gets <folder>/<workload>; the authority's key stays in <folder>/authority.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '@shopverse/mesh/backoff';
import { CertificateAuthority } from '@shopverse/mesh/identity/authority';

const TTL_MS = 24 * 3600_000;

const [folder, ...workloads] = process.argv.slice(2);
if (folder === undefined || workloads.length === 0) {
  process.stderr.write('Say where and for whom: issue-certificates.ts <folder> <workload>…\n');
  process.exit(1);
}
const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

const authority = await CertificateAuthority.open(join(folder, 'authority'));
while (!stopping.signal.aborted) {
  for (const workload of workloads) {
    const { notAfter } = await authority.issueInto(join(folder, workload), workload, { ttlMs: TTL_MS });
    process.stdout.write(`${JSON.stringify({ message: 'certificate issued', workload, not_after: notAfter.toISOString() })}\n`);
  }
  await writeFile(join(folder, 'ready'), '');
  await sleep(TTL_MS / 2, stopping.signal);
}
