import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome } from './home.ts';
import { choosePorts, freePorts, mustBeFree } from './ports.ts';
import { readSettings } from './settings.ts';

describe('ports', () => {
  it('are those of the settings', async () => {
    const home = await openHome(await mkdtemp(join(tmpdir(), 'shopverse-ports-')));
    const ports = await choosePorts(readSettings({ SHOPVERSE_KAFKA_CONTROLLER_PORT: '12345' }), home);
    expect(ports).toMatchObject({ edge: 8080, kafka_controller: 12345 });
    expect(new Set(Object.values(ports)).size).toBe(Object.keys(ports).length);
    await rm(home.folder, { recursive: true });
  });

  it('are free ones when asked for, the same at the next start', async () => {
    const home = await openHome(await mkdtemp(join(tmpdir(), 'shopverse-ports-')));
    const config = readSettings({ SHOPVERSE_PORTS: 'free' });
    const ports = await choosePorts(config, home);
    expect(new Set(Object.values(ports)).size).toBe(Object.keys(ports).length);
    expect(await choosePorts(config, home)).toEqual(ports);
    await rm(home.folder, { recursive: true });
  });

  it('that are free are not among those of outgoing connections', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    for (const port of ports) expect(port).toBeGreaterThanOrEqual(10_240);
  });

  it('that are taken are named, with who needs them and the way out', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(mustBeFree({ kafka: port }, 'kafka', 'kafka')).rejects.toThrow(
      `Port ${port}, which kafka needs, is taken: end what listens there, or set SHOPVERSE_KAFKA_PORT to another.`,
    );
    await once(server.close(), 'close');
    await expect(mustBeFree({ kafka: port }, 'kafka', 'kafka')).resolves.toBeUndefined();
  });
});
