import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rest } from './testing/call.ts';
import { eventually } from './testing/eventually.ts';
import { startScene, type Scene } from './testing/scene.ts';

describe('connections', () => {
  let scene: Scene;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    scene = await startScene({ EDGE_MAX_CONNECTIONS: '8' });
  }, 30_000);
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await scene.stop();
  });

  it('beyond the limit are closed at once, and there is room again when others end', async () => {
    let closed = 0;
    for (let opened = 0; opened < 20; opened += 1) {
      const socket = connect(scene.edge.port, '127.0.0.1');
      socket.on('error', () => socket.destroy());
      socket.on('close', () => (closed += 1));
      sockets.push(socket);
    }
    await eventually(async () => closed >= 12 || undefined);
    expect(closed).toBeLessThan(20);
    for (const socket of sockets) socket.destroy();
    const answer = await eventually(async () => rest(scene.edge.port, '/v1/products'));
    expect(answer.status).toBe(200);
  });
});
