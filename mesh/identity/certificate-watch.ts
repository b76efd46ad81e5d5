import { metrics } from '@opentelemetry/api';
import type { Logger } from '../telemetry/logger.ts';
import type { CertificateInUse } from './certificate-files.ts';

/** How often the certificate in use is looked at, in milliseconds. */
const INTERVAL_MS = 60_000;
/** Share of its life after which a certificate is an alarm: ours are renewed at half of it, cert-manager's at two thirds. */
const OVERDUE = 0.75;

const timeLeft = metrics.getMeter('@shopverse/mesh').createObservableGauge('shopverse.certificate.time_left', {
  description: 'How long the workload certificate in use is still good; negative when it has run out',
  unit: 's',
});

/** Whether somebody should have renewed a certificate by `now`. */
export function isOverdue({ notBefore, notAfter }: Pick<CertificateInUse, 'notBefore' | 'notAfter'>, now: Date): boolean {
  const life = notAfter.getTime() - notBefore.getTime();
  return now.getTime() - notBefore.getTime() > life * OVERDUE;
}

/**
 * Watches the certificate that a workload uses: how long it is good, as a metric; and as an error in the log, once a minute, when nobody has renewed it in time, or when
 * its renewal can't be used for longer than that. Without it a renewal that stays broken would first be seen when calls fail. Answers what ends the watch.
 */
export function watchCertificate(
  credentials: { readonly certificate: CertificateInUse },
  log: Logger,
  { intervalMs = INTERVAL_MS }: { readonly intervalMs?: number } = {},
): () => void {
  const observe = (result: { observe(value: number): void }) =>
    result.observe((credentials.certificate.notAfter.getTime() - Date.now()) / 1_000);
  timeLeft.addCallback(observe);
  let troubled = false;
  const timer = setInterval(() => {
    const { certificate } = credentials;
    // Seen once, it may be a renewal that is just being written.
    const stillTroubled = troubled && certificate.trouble !== undefined;
    troubled = certificate.trouble !== undefined;
    if (!stillTroubled && !isOverdue(certificate, new Date())) return;
    log.error(
      { not_after: certificate.notAfter.toISOString(), trouble: certificate.trouble },
      'the certificate was not renewed: when it has run out, no call comes in or goes out',
    );
  }, intervalMs).unref();
  return () => {
    clearInterval(timer);
    timeLeft.removeCallback(observe);
  };
}
