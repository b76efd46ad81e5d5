import { beforeAll, describe, expect, it } from '@jest/globals';
import { createFileRegistry, fromBinary, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { gardenDescriptors } from '../testing/garden.ts';
import { listMethods } from './methods.ts';
import { withoutInternalMethods } from './public-descriptors.ts';

describe('the descriptors that the transcoder gets', () => {
  let registry: FileRegistry;
  beforeAll(async () => {
    const garden = await gardenDescriptors();
    registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, withoutInternalMethods(garden.set, listMethods(garden.registry))));
  });

  it('have no internal method of a public service', () => {
    expect(registry.getService('shopverse.garden.v1.GardenService')?.methods.map((method) => method.name)).toEqual([
      'ListPlants',
      'WaterPlants',
      'SellPlant',
      'WatchPlants',
    ]);
  });

  it('have no service of internal methods alone', () => {
    expect(registry.getService('shopverse.garden.v1.CompostService')).toBeUndefined();
  });

  it('keep the REST paths of what is left, and the messages of errors', () => {
    expect(() => listMethods(registry)).not.toThrow();
    expect(registry.getMessage('google.rpc.ErrorInfo')).toBeDefined();
  });
});
