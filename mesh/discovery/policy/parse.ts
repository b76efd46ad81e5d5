import { LineCounter, parseDocument, type Document } from 'yaml';
import { methodsOf } from './methods.ts';
import { policySchema, type Policy } from './policy.ts';

/** Why a policy file can't be taken. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;

  constructor(file: string, line: number, reason: string) {
    super(`${file}:${line}: ${reason}`);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}

/**
 * Reads a policy file (YAML, of which JSON is a part).
 *
 * @throws PolicyError of its first mistake
 */
export function parsePolicy(file: string, text: string): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [mistake] = document.errors;
  if (mistake !== undefined) throw new PolicyError(file, lines.linePos(mistake.pos[0]).line, firstLine(mistake.message));
  const result = policySchema.safeParse(content(file, document) ?? {});
  if (result.success) {
    const stranger = unknownMethod(file, result.data);
    if (stranger === undefined) return result.data;
    throw new PolicyError(file, lines.linePos(offsetOf(document, stranger.path)).line, stranger.reason);
  }
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const where = unknown === undefined ? path : [...path, unknown];
  const what = unknown === undefined ? (issue?.message ?? 'is wrong') : 'is not known here';
  throw new PolicyError(file, lines.linePos(offsetOf(document, where)).line, where.length === 0 ? what : `${where.join('.')} ${what}`);
}

/** A method that the policy names and the service does not have by the contracts: a slip that would be in force without effect. */
function unknownMethod(
  file: string,
  { methods, faults }: Policy,
): { readonly path: readonly PropertyKey[]; readonly reason: string } | undefined {
  const service = file.replace(/\.[a-z]+$/, '');
  const known = new Set(methodsOf(service).map((path) => path.split('/').at(-1)));
  if (known.size === 0) return undefined; // Not one of the contracts' services: what it has is not known here.
  const named = [
    ...Object.keys(methods).map((method) => ({ method, path: ['methods', method] })),
    ...faults.flatMap(({ method }, index) => (method === '*' ? [] : [{ method, path: ['faults', index, 'method'] }])),
  ];
  const stranger = named.find(({ method }) => !known.has(method));
  return stranger && { path: stranger.path, reason: `${stranger.path.join('.')}: ${service} has no method ${stranger.method}` };
}

function content(file: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 10 });
  } catch (error) {
    throw new PolicyError(file, 1, (error as Error).message);
  }
}

/** Where the value at `path` begins, or the nearest thing above it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    if (node?.range?.[0] !== undefined) return node.range[0];
  }
  return 0;
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? message;
}
