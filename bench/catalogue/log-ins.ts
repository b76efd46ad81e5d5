import { hash, verify } from '@node-rs/argon2';
import { newId } from '@shopverse/mesh/ids';
import { settings } from '../../services/auth/config.ts';
import { closedLoop } from '../edge/load.ts';
import { median } from '../median.ts';
import type { Metric } from '../result.ts';
import type { BenchShop } from './bench-shop.ts';

const ACCOUNTS = 32;
/** Algorithm.Argon2id; the package's constants are types only. */
const ARGON2ID = 2;
/** As many hashes at once as the service makes. */
const AT_ONCE = settings.AUTH_HASH_CONCURRENCY.parse(undefined);
/** People who sign in at once: enough that a password always waits for its turn, as in a rush. */
const PEOPLE = 16;

/** Log-ins a second (session, tokens and event of each included), next to checking the same passwords by the library alone, with the same cost and as many at once. */
export async function logIns({ auth }: BenchShop, { quick }: { readonly quick: boolean }): Promise<Metric[]> {
  const [calls, rounds] = quick ? [60, 3] : [300, 5];
  const cost = {
    algorithm: ARGON2ID,
    memoryCost: settings.AUTH_ARGON2_MEMORY_KIB.parse(undefined),
    timeCost: settings.AUTH_ARGON2_PASSES.parse(undefined),
    parallelism: settings.AUTH_ARGON2_LANES.parse(undefined),
  };
  const accounts = Array.from({ length: ACCOUNTS }, () => ({ email: `${newId()}@example.com`, password: `a long password ${newId()}` }));
  for (const account of accounts)
    await auth.register({ fullName: 'Ravi Iyer', phone: '', ...account }, { idempotencyKey: newId(), timeoutMs: 30_000 });
  const kept = await Promise.all(accounts.map(({ password }) => hash(password, cost)));
  let made = 0;
  const at = () => made++ % ACCOUNTS;
  const logIn = () => auth.login(accounts[at()] ?? { email: '', password: '' }, { timeoutMs: 30_000 });
  const check = async () => {
    const index = at();
    if (!(await verify(kept[index] ?? '', accounts[index]?.password ?? ''))) throw new Error('A password does not fit its own hash.');
  };
  const [service, bare]: [number[], number[]] = [[], []];
  const perSecond = async (call: () => Promise<unknown>, inFlight: number) =>
    calls / ((await closedLoop({ call }, calls, inFlight)) / 1_000);
  await perSecond(logIn, PEOPLE);
  for (let round = 0; round < rounds; round += 1) {
    service.push(await perSecond(logIn, PEOPLE));
    bare.push(await perSecond(check, AT_ONCE));
  }
  const ratio = median(service) / median(bare);
  return [
    { metric: 'log_ins_per_second', value: median(service), unit: 'log-ins/s', baseline: median(bare), runs: rounds },
    { metric: 'login_vs_argon2_ratio', value: ratio, ratio, unit: 'x', baseline: median(bare), goal: '>= 0.5', runs: rounds },
  ];
}
