import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../telemetry/logger.ts';
import { parsePolicy, PolicyError } from './parse.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';

const FILE = /^([a-z][a-z0-9-]{0,62})\.(yaml|yml|json)$/;

/** The policies of a folder: one file a service, `<service>.yaml` or `.json`. A bad file changes nothing but the list of problems. */
export class Policies {
  readonly #folder: string;
  readonly #log: Logger;
  readonly #inForce = new Map<string, Policy>();
  #texts = new Map<string, string>();
  #problems = new Map<string, PolicyError>();

  constructor(folder: string, log: Logger) {
    this.#folder = folder;
    this.#log = log;
  }

  /** The policy in force for a service, or the default. */
  of(service: string): Policy {
    return this.#inForce.get(service) ?? DEFAULT_POLICY;
  }

  /** Services that have a policy of their own. */
  services(): string[] {
    return [...this.#inForce.keys()];
  }

  /** Files that are refused as they stand now. */
  problems(): readonly PolicyError[] {
    return [...this.#problems.values()];
  }

  /**
   * Reads the folder again. Answers whether a policy in force has changed; what can't be read or taken is logged once and left as it was.
   *
   * @throws Error when the folder can't be read
   */
  async load(): Promise<boolean> {
    const texts = new Map<string, string>();
    for (const file of (await readdir(this.#folder)).toSorted()) {
      if (FILE.test(file)) texts.set(file, await readFile(join(this.#folder, file), 'utf8'));
    }
    let changed = false;
    const problems = new Map<string, PolicyError>();
    for (const [file, text] of texts) {
      const before = this.#problems.get(file);
      if (this.#texts.get(file) === text) {
        if (before !== undefined) problems.set(file, before);
        continue;
      }
      const problem = this.#take(file, text);
      if (problem === undefined) changed = true;
      else problems.set(file, problem);
    }
    for (const service of this.#inForce.keys()) {
      if ([...texts.keys()].some((file) => serviceOf(file) === service)) continue;
      this.#inForce.delete(service);
      this.#log.info({ policy: service }, 'policy removed; the default is in force');
      changed = true;
    }
    this.#texts = texts;
    this.#problems = problems;
    return changed;
  }

  #take(file: string, text: string): PolicyError | undefined {
    try {
      this.#inForce.set(serviceOf(file), parsePolicy(file, text));
      this.#log.info({ policy: serviceOf(file) }, 'policy in force');
      return undefined;
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      this.#log.error({ file: error.file, line: error.line, reason: error.reason }, 'policy refused; the last good one stays in force');
      return error;
    }
  }
}

function serviceOf(file: string): string {
  return FILE.exec(file)?.[1] ?? '';
}
