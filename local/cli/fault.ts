import { Fault } from '@shopverse/contracts/shopverse/mesh/v1/mesh';
import { toDuration } from '@shopverse/mesh/discovery/duration';
import { ABORTS } from '@shopverse/mesh/discovery/policy/policy';
import { askDiscovery } from '../mesh/ask-discovery.ts';
import { faultJson, faultLine } from '../mesh/fault-line.ts';
import { StackError } from '../stack-error.ts';
import { createStack } from '../stack.ts';

/** What `shopverse fault` is asked. */
export interface FaultOptions {
  readonly delay?: string;
  readonly abort?: string;
  readonly percent: string;
  readonly for: string;
  readonly clear?: boolean;
  readonly json?: boolean;
}

/**
 * `shopverse fault product GetProduct --delay 200ms --abort UNAVAILABLE --percent 20 --for 10m`: makes trouble on purpose in a service until its time is over or `--clear`;
 * without anything, shows what is made. A service's faults are set as a whole: the new one takes the place of those before.
 */
export async function fault(service: string | undefined, method: string | undefined, options: FaultOptions): Promise<void> {
  const stack = await createStack();
  if (service !== undefined) {
    const faults = options.clear === true ? [] : [wanted(method ?? '*', options)];
    await askDiscovery(stack, (discovery) => discovery.setFaults({ service, faults }));
  }
  const { services } = await askDiscovery(stack, (discovery) => discovery.getMesh({}));
  const found = services
    .filter(({ name }) => service === undefined || name === service)
    .flatMap(({ name, faults }) => faults.map((one) => ({ name, one })));
  if (options.json === true)
    return void process.stdout.write(
      `${JSON.stringify({ faults: found.map(({ name, one }) => ({ service: name, ...faultJson(one) })) })}\n`,
    );
  process.stdout.write(
    found.length === 0 ? 'No trouble is made on purpose.\n' : found.map(({ name, one }) => `${name}: ${faultLine(one)}\n`).join(''),
  );
}

function wanted(method: string, { delay, abort, percent, for: forHowLong }: FaultOptions): Fault {
  if (delay === undefined && abort === undefined)
    throw new StackError('Say what is to happen: --delay 200ms, --abort UNAVAILABLE, or both; --clear ends it.');
  if (abort !== undefined && !ABORTS.some((one) => one === abort)) throw new StackError(`--abort must be one of ${ABORTS.join(', ')}.`);
  if (!/^(\*|[A-Z][A-Za-z0-9]{0,99})$/.test(method)) throw new StackError(`${method} is no method: give its name, for example GetProduct.`);
  const share = Number(percent);
  if (!Number.isInteger(share) || share < 1 || share > 100) throw new StackError('--percent must be a whole number from 1 to 100.');
  return Fault.fromPartial({
    method,
    ...(delay === undefined ? {} : { delay: toDuration(duration('--delay', delay, 60_000)) }),
    abort: abort ?? '',
    percent: share,
    until: new Date(Date.now() + duration('--for', forHowLong, 3_600_000)),
  });
}

const UNITS = { ms: 1, s: 1_000, m: 60_000 } as const;

function duration(option: string, text: string, mostMs: number): number {
  const [, amount = '', unit = ''] = /^(\d+)(ms|s|m)$/.exec(text) ?? [];
  const ms = Number(amount) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN);
  if (!(ms >= 1 && ms <= mostMs)) throw new StackError(`${option} must be a time such as 200ms, 5s or 10m, at most ${mostMs / 1_000} s.`);
  return ms;
}
