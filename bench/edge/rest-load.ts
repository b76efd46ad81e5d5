import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import type { Load } from './load.ts';

/** GET of one address with a token, on connections that are kept. */
export function restLoad(url: string, token: string, inFlight: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  return {
    call: async () => {
      const asked = request(url, { agent, headers: { authorization: `Bearer ${token}` }, timeout: 10_000 });
      asked.end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}.`);
    },
    close: () => agent.destroy(),
  };
}
