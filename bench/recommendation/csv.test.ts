import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseLine, readCsv } from './csv.ts';

describe('a line of a purchase history', () => {
  it.each([
    ['u1,i1,2026-01-02T03:04:05Z', { user: 'u1', item: 'i1', time: Date.UTC(2026, 0, 2, 3, 4, 5) }],
    ['u1, i1 ,1767323045', { user: 'u1', item: 'i1', time: 1_767_323_045_000 }],
    ['"u1","i1","1767323045000"', { user: 'u1', item: 'i1', time: 1_767_323_045_000 }],
    ['user,item,time', undefined],
    ['u1,,1767323045', undefined],
    ['u1,i1', undefined],
    ['u1,i1,1767323045,5', undefined],
  ])('%s', (line, purchase) => {
    expect(parseLine(line)).toEqual(purchase);
  });
});

describe('a file', () => {
  it('is read in the order of time, its heading is not, and a line that is none is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shopverse-csv-'));
    const file = join(folder, 'history.csv');
    await writeFile(file, 'user,item,time\nb,y,2000000000\na,x,1000000000\n\na,y,1500000000\n');
    const { items, purchases } = await readCsv(file);
    expect(purchases.map(({ user, item }) => user + item)).toEqual(['ax', 'ay', 'by']);
    expect(items).toContainEqual({ id: 'y', category: '', since: 1_500_000_000_000 });
    await writeFile(file, 'a,x,1\nnonsense\n');
    await expect(readCsv(file)).rejects.toThrow('Line 2 of');
    await rm(folder, { recursive: true });
  });
});
