import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readJson, writeAtomically, type Home } from './home.ts';
import { portSettings, type StackConfig } from './settings.ts';
import { StackError } from './stack-error.ts';

/** Every port of a stack, by part: `edge`, `kafka_controller`, `order`, `order_admin`. */
export type Ports = Readonly<Record<string, number>>;

/** `SHOPVERSE_KAFKA_CONTROLLER_PORT` → `kafka_controller` */
function partOf(setting: string): string {
  return setting.replace(/^SHOPVERSE_|_PORT$/g, '').toLowerCase();
}

/** The setting that changes a port. */
export function settingOf(part: string): string {
  return `SHOPVERSE_${part.toUpperCase()}_PORT`;
}

/** The stack's ports: those of the settings, or free ones that are remembered for the next start. */
export async function choosePorts(config: StackConfig, home: Home): Promise<Ports> {
  const names = Object.keys(portSettings);
  if (config.SHOPVERSE_PORTS === 'fixed')
    return Object.fromEntries(names.map((name) => [partOf(name), config[name as keyof StackConfig] as unknown as number]));
  const file = join(home.run, 'ports.json');
  const known = await readJson<Ports>(file);
  if (known !== undefined && names.every((name) => partOf(name) in known)) return known;
  const free = await freePorts(names.length);
  const ports = Object.fromEntries(names.map((name, index) => [partOf(name), free[index] ?? 0]));
  await writeAtomically(file, JSON.stringify(ports));
  return ports;
}

/** Different free ports of the loopback address; all are held until the last is found. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** @throws StackError when something listens on the port already, naming the way out: the setting that changes it, unless another is given */
export async function mustBeFree(ports: Ports, part: string, who: string, wayOut = `set ${settingOf(part)} to another`): Promise<void> {
  const number = ports[part];
  if (number === undefined) throw new StackError(`There is no port named ${part}.`);
  const server = createServer();
  try {
    await once(server.listen(number, '127.0.0.1'), 'listening');
  } catch {
    throw new StackError(`Port ${number}, which ${who} needs, is taken: end what listens there, or ${wayOut}.`);
  }
  await once(server.close(), 'close');
}
