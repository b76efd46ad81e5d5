import { join } from 'node:path';
import type { StackContext } from './context.ts';

/** Certificates of this stack are good for a day and are renewed at half of it. */
export const CERTIFICATE_TTL_MS = 24 * 3600_000;

/** The last issue for each folder: replicas share theirs, and may be started at the same time. */
const issuing = new Map<string, Promise<unknown>>();

/** Issues a workload's certificate, or a new one in its place. Answers its folder. */
export async function issueCertificate(
  { authority, home }: Pick<StackContext, 'authority' | 'home'>,
  workload: string,
  ttlMs = CERTIFICATE_TTL_MS,
): Promise<string> {
  const folder = join(home.certificates, workload);
  const before = issuing.get(folder) ?? Promise.resolve();
  const issued = before.catch(() => undefined).then(() => authority.issueInto(folder, workload, { ttlMs }));
  issuing.set(folder, issued);
  await issued;
  return folder;
}
