import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { readJson, writeAtomically, type Home } from './home.ts';
import { portSettings, type StackConfig } from './settings.ts';
import { StackError } from './stack-error.ts';

/** Every port of a stack, by part: `edge`, `kafka_controller`, `order`, `order_admin`. */
export type Ports = Readonly<Record<string, number>>;

/** Below it are the ports of well-known servers. */
const LOWEST_PORT = 10_240;

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

/** Where the ports begin that the system gives to outgoing connections; one of those may be taken by anybody at any moment. */
async function firstOutgoingPort(): Promise<number> {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '32768');
  const first = Number.parseInt(range, 10);
  return first > LOWEST_PORT + 5_000 ? first : 65_536;
}

/** Different free ports of the loopback address; all are held until the last is found. */
export async function freePorts(count: number): Promise<number[]> {
  const end = await firstOutgoingPort();
  const held: Server[] = [];
  const ports: number[] = [];
  try {
    for (let tries = 0; ports.length < count && tries < count * 50; tries += 1) {
      const port = randomInt(LOWEST_PORT, end);
      const server = await listenOn(port);
      if (server === undefined) continue;
      held.push(server);
      ports.push(port);
    }
  } finally {
    await Promise.all(held.map((server) => once(server.close(), 'close')));
  }
  if (ports.length < count)
    throw new StackError(`There are not ${count} free ports between ${LOWEST_PORT} and ${end}: end what holds them.`);
  return ports;
}

/** A server on the port; undefined when it is taken. */
async function listenOn(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return server;
  } catch {
    return undefined;
  }
}

/** @throws StackError when something listens on the port already, naming the way out: the setting that changes it, unless another is given */
export async function mustBeFree(ports: Ports, part: string, who: string, wayOut = `set ${settingOf(part)} to another`): Promise<void> {
  const number = ports[part];
  if (number === undefined) throw new StackError(`There is no port named ${part}.`);
  const server = await listenOn(number);
  if (server === undefined) throw new StackError(`Port ${number}, which ${who} needs, is taken: end what listens there, or ${wayOut}.`);
  await once(server.close(), 'close');
}
