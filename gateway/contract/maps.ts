import type { DescMessage, FileRegistry } from '@bufbuild/protobuf';
import { ContractError } from './contract-error.ts';
import type { Method } from './methods.ts';

/**
 * Refuses public methods whose answers hold a map. A map entry without its key or value on the wire is legal Protobuf, some encoders write
 * an empty one so, and it kills Envoy's transcoder (protocolbuffers/protobuf issue 26885): one such answer, and the edge is gone for all.
 *
 * @throws ContractError naming the method and the field.
 */
export function refuseMaps(registry: FileRegistry, methods: readonly Method[]): void {
  for (const method of methods.filter((one) => one.access.level !== 'INTERNAL')) {
    const [service = '', name] = method.rpc.split('/');
    const answer = registry.getService(service)?.methods.find((one) => one.name === name)?.output;
    const map = answer && findMap(answer, new Set());
    if (map) throw new ContractError(`${method.rpc} answers with the map ${map}; use a repeated message of key and value.`);
  }
}

/** The full name of the first map field in the message or in what it holds. */
function findMap(message: DescMessage, seen: Set<DescMessage>): string | undefined {
  if (seen.has(message)) return undefined;
  seen.add(message);
  for (const field of message.fields) {
    if (field.fieldKind === 'map') return `${message.typeName}.${field.name}`;
    const deeper = field.message && findMap(field.message, seen);
    if (deeper) return deeper;
  }
  return undefined;
}
