import { beforeAll, describe, expect, it } from '@jest/globals';
import { gardenDescriptors, withChangedMethod } from '../testing/garden.ts';
import { ContractError } from './contract-error.ts';
import type { Descriptors } from './descriptors.ts';
import { listMethods, type Method } from './methods.ts';

describe('the methods of a contract', () => {
  let garden: Descriptors;
  beforeAll(async () => {
    garden = await gardenDescriptors();
  });

  const method = (name: string): Method | undefined => listMethods(garden.registry).find((one) => one.rpc.endsWith(`/${name}`));
  const refusal = (descriptors: Descriptors): unknown => {
    try {
      return listMethods(descriptors.registry);
    } catch (error) {
      return error;
    }
  };

  it('are all there, with their names, in the order of the contract', () => {
    expect(listMethods(garden.registry).map((one) => one.rpc)).toEqual([
      'shopverse.garden.v1.GardenService/ListPlants',
      'shopverse.garden.v1.GardenService/WaterPlants',
      'shopverse.garden.v1.GardenService/SellPlant',
      'shopverse.garden.v1.GardenService/WatchPlants',
      'shopverse.garden.v1.GardenService/GrowPlants',
      'shopverse.garden.v1.CompostService/Turn',
    ]);
  });

  it('are served by the workload that the package is named for', () => {
    expect(new Set(listMethods(garden.registry).map((one) => one.upstream))).toEqual(new Set(['garden']));
  });

  it('say who may call them, in the words of the role claim', () => {
    expect(method('ListPlants')?.access).toEqual({ level: 'PUBLIC' });
    expect(method('WaterPlants')?.access).toEqual({ level: 'SIGNED_IN' });
    expect(method('SellPlant')?.access).toEqual({ level: 'ROLES', roles: ['CUSTOMER', 'ADMIN'] });
    expect(method('GrowPlants')?.access).toEqual({ level: 'INTERNAL' });
  });

  it('say whether they only read and whether they may be repeated', () => {
    expect(method('ListPlants')).toMatchObject({ readOnly: true, repeatable: true });
    expect(method('WaterPlants')).toMatchObject({ readOnly: false, repeatable: true });
    expect(method('SellPlant')).toMatchObject({ readOnly: false, repeatable: false });
  });

  it('are counted as what they do, or as what the contract says', () => {
    expect([method('ListPlants')?.pace, method('WaterPlants')?.pace, method('SellPlant')?.pace]).toEqual(['READ', 'WRITE', 'CREDENTIALS']);
  });

  it('say whether they are streams', () => {
    expect(method('WatchPlants')?.streaming).toBe(true);
    expect(method('ListPlants')?.streaming).toBe(false);
  });

  it('are refused when one does not say who may call it', () => {
    const error = refusal(withChangedMethod(garden, 'SellPlant', (one) => delete one.options?.$unknown));
    expect(error).toBeInstanceOf(ContractError);
    expect(String(error)).toContain('shopverse.garden.v1.GardenService/SellPlant does not say who may call it');
  });

  it('are refused when an internal one has a REST path', () => {
    const error = refusal(
      withChangedMethod(garden, 'GrowPlants', (one) => {
        const rest = garden.set.file.flatMap((file) => file.service).flatMap((service) => service.method).find((other) => other.name === 'ListPlants'); // prettier-ignore
        one.options?.$unknown?.push(...(rest?.options?.$unknown ?? []).filter((field) => field.no === httpOption));
      }),
    );
    expect(error).toBeInstanceOf(ContractError);
    expect(String(error)).toContain('GrowPlants is internal and has a REST path');
  });

  it('are refused when one that is not internal has no REST path', () => {
    const error = refusal(
      withChangedMethod(garden, 'ListPlants', (one) => {
        if (one.options?.$unknown) one.options.$unknown = one.options.$unknown.filter((field) => field.no !== httpOption);
      }),
    );
    expect(error).toBeInstanceOf(ContractError);
    expect(String(error)).toContain('ListPlants is not internal and has no REST path');
  });
});

/** Field number of google.api.http among the options of a method. */
const httpOption = 72295728;
