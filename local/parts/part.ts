import type { Progress } from '../tools/install.ts';

/** A program to run as a part. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Who runs it, when not the one who runs the stack. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** One server or service of the stack. */
export interface Part {
  readonly name: string;
  /** Parts that must be ready before this one is started. */
  readonly needs: readonly string[];
  /** Where it can be reached, for people. */
  readonly address: string;
  readonly version: string;
  /** The stack is up without it. @default false */
  readonly optional?: boolean;
  /** It follows what the shop has done (events, mail, figures, traces): when processors are short, it waits for those who serve a purchase. @default false */
  readonly follower?: boolean;
  /** Ports it listens on, by their names in the stack's ports. */
  readonly ports: readonly string[];
  /** Puts its program in place; called once before the first start. @throws StackError */
  readonly fetch?: (progress: Progress, signal: AbortSignal) => Promise<void>;
  /** What to run; called before each start, so that files can be put in place. @throws StackError */
  readonly command: () => Promise<Command>;
  /** Throws, with a reason, until it can serve. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** Work to be done at each start once it is ready and before anybody else uses it (databases to be made). */
  readonly prepare?: () => Promise<void>;
  /** Called before the stop signal. */
  readonly beforeStop?: () => Promise<void>;
  /** @default SIGTERM */
  readonly stopSignal?: NodeJS.Signals;
  /** How long it may take to stop before it is killed, in milliseconds. @default 12000 */
  readonly stopTimeoutMs?: number;
}
