import { beforeAll, describe, expect, it } from '@jest/globals';
import { fromBinary, toJson } from '@bufbuild/protobuf';
import { describe as describeSet, readDescriptors, type Descriptors } from './contract/descriptors.ts';
import { readReasons } from './contract/reasons.ts';
import { localReplies } from './local-replies.ts';
import { refusals } from './refusals.ts';
import { settings } from './settings.ts';
import { gardenDescriptors } from './testing/garden.ts';

describe("the edge's refusals", () => {
  let contracts: Descriptors;
  beforeAll(async () => {
    contracts = await readDescriptors(settings.EDGE_DESCRIPTORS.parse(undefined));
  });

  it('have reasons of the contract, each with the gRPC code that the contract gives it', () => {
    const reasons = readReasons(contracts.registry);
    expect(reasons.get('ROUTE_NOT_FOUND')).toBe(5);
    expect(refusals.map((refusal) => refusal.reason).filter((reason) => !reasons.has(reason))).toEqual([]);
  });

  it('are told to REST and to gRPC callers alike', () => {
    const { mappers } = localReplies(contracts.registry, []);
    expect(mappers).toHaveLength(2 * refusals.length);
    const schema = contracts.registry.getMessage('google.rpc.Status');
    if (schema === undefined) throw new Error('The contracts have no google.rpc.Status');
    for (const [index, refusal] of refusals.entries()) {
      const [rest, grpc] = [mappers[2 * index], mappers[2 * index + 1]];
      const info = { details: [{ reason: refusal.reason, domain: 'shopverse' }] };
      const [reason] = info.details;
      const ids = { '@type': 'type.googleapis.com/google.rpc.RequestInfo' };
      expect(rest?.body_format_override).toMatchObject({ json_format: { details: [reason, ids] } });
      const details = grpc?.headers_to_add.find(({ header }) => header.key === 'grpc-status-details-bin')?.header.value ?? '';
      expect(toJson(schema, fromBinary(schema, Buffer.from(details, 'base64')), contracts)).toMatchObject(info);
    }
  });

  it('have messages that a header can carry and that hold no command of Envoy’s', () => {
    for (const { message } of refusals) expect(message).toMatch(/^[ -$&-~]+$/);
  });

  it('are not made for contracts that lack a reason', async () => {
    const garden = await gardenDescriptors();
    expect(() => localReplies(garden.registry, [])).not.toThrow();
    const reasons = garden.set.file.flatMap((file) => file.enumType).find((one) => one.name === 'Reason');
    reasons?.value.splice(reasons.value.findIndex((value) => value.name === 'REASON_ROUTE_NOT_FOUND'), 1); // prettier-ignore
    expect(() => localReplies(describeSet(garden.set).registry, [])).toThrow(
      'The edge refuses with ROUTE_NOT_FOUND, which shopverse.errors.v1.Reason does not have.',
    );
  });
});
