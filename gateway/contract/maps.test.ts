import { describe, expect, it } from '@jest/globals';
import { gardenDescriptors, withChangedMethod } from '../testing/garden.ts';
import { listMethods } from './methods.ts';
import { refuseMaps } from './maps.ts';

describe('maps in answers', () => {
  it('are refused in public methods, wherever they are', async () => {
    const garden = withChangedMethod(await gardenDescriptors(), 'ListPlants', (method) => (method.outputType = '.google.rpc.QuotaFailure'));
    expect(() => refuseMaps(garden.registry, listMethods(garden.registry))).toThrow(
      'shopverse.garden.v1.GardenService/ListPlants answers with the map google.rpc.QuotaFailure.Violation.quota_dimensions',
    );
  });

  it('are nobody’s business in internal methods', async () => {
    const garden = withChangedMethod(await gardenDescriptors(), 'GrowPlants', (method) => (method.outputType = '.google.rpc.QuotaFailure'));
    expect(() => refuseMaps(garden.registry, listMethods(garden.registry))).not.toThrow();
  });
});
