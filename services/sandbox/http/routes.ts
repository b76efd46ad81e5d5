import type { Answer } from './answer.ts';
import type { Request } from './request.ts';

/** Answers a request; throws `Refusal` for what it refuses. */
export type Handler = (request: Request) => Promise<Answer> | Answer;

/** Handlers by "METHOD /path/:with/:params". */
export type Routes = Readonly<Record<string, Handler>>;

/** Finds the handler of a request and the variable parts of its path. */
export class RouteTable {
  readonly #routes: readonly { method: string; parts: readonly string[]; handler: Handler }[];

  constructor(routes: Routes) {
    this.#routes = Object.entries(routes).map(([route, handler]) => {
      const [method = '', path = ''] = route.split(' ');
      return { method, parts: path.split('/'), handler };
    });
  }

  find(method: string, path: string): { handler: Handler; params: Record<string, string> } | undefined {
    const given = path.split('/');
    for (const { method: expected, parts, handler } of this.#routes) {
      if (method !== expected || parts.length !== given.length) continue;
      const params: Record<string, string> = {};
      const fits = parts.every((part, index) => {
        const value = given[index] ?? '';
        if (!part.startsWith(':')) return part === value;
        params[part.slice(1)] = value;
        return /^\w{1,64}$/.test(value);
      });
      if (fits) return { handler, params };
    }
    return undefined;
  }
}
