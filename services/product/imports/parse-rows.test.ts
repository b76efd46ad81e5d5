import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COLUMNS, type Column } from '../domain/import-row.ts';
import type { StoredProduct } from '../store/stored-product.ts';
import { checkRow } from './check-row.ts';
import { BadHeader, parseCsv, parseJsonLines, readHeader, type ParsedRow } from './parse-rows.ts';
import type { FileRow } from './split-rows.ts';
import { errorsCsv, headOf, rowOf, type ExportedProduct } from './write-rows.ts';

const row = (text: string, number = 2): FileRow => ({ number, end: 0, bytes: Buffer.from(text) });
const columns: readonly Column[] = ['sku', 'name', 'stock'];

describe('the first row of a CSV file', () => {
  it('names the columns, in any order and case', () => {
    expect(readHeader(row('Name, SKU ,image_urls\r\n', 1))).toEqual(['name', 'sku', 'image_urls']);
  });

  it.each([
    ['nothing', undefined, 'The file is empty'],
    ['an unknown column', 'sku,prise\n', 'Row 1 names columns that there are not: "prise"; the columns are sku, name,'],
    ['a column twice', 'sku,name,sku\n', 'Row 1 names the column sku twice.'],
    ['no SKU', 'name,price\n', 'Row 1 lacks the column sku'],
    ['UTF-16', '\ufffd\ufffds\u0000k\u0000', 'Row 1 names columns that there are not'],
  ])('that has %s is refused with what is wrong', (_what, text, message) => {
    expect(() => readHeader(text === undefined ? undefined : row(text, 1))).toThrow(BadHeader);
    expect(() => readHeader(text === undefined ? undefined : row(text, 1))).toThrow(message);
  });
});

describe('rows of CSV', () => {
  it('are read as RFC 4180 has it, and escapes against formulas taken away', () => {
    expect(parseCsv([row(`A-1,"Say ""hi"",\r\nyou",5\r\n`), row("B-2,'=1+1,\n", 3), row('\r\n', 4)], columns)).toEqual([
      { number: 2, raw: { sku: 'A-1', name: 'Say "hi",\r\nyou', stock: '5' } },
      { number: 3, raw: { sku: 'B-2', name: '=1+1', stock: '' } },
    ]);
  });

  it('that are broken are refused by themselves', () => {
    const broken = { ...row('', 4), problem: 'is broken' };
    expect(parseCsv([row('A-1,x,1\n'), row('A-2,"x"y,1\n', 3), broken, row('A-3,x\n', 5), row('A-4,x,1', 6)], columns)).toEqual([
      { number: 2, raw: { sku: 'A-1', name: 'x', stock: '1' } },
      { number: 3, problems: [{ field: '', message: expect.stringContaining('in quotes') }] },
      { number: 4, problems: [{ field: '', message: 'is broken' }] },
      { number: 5, problems: [{ field: '', message: 'has 2 cells where the first row has 3' }] },
      { number: 6, raw: { sku: 'A-4', name: 'x', stock: '1' } },
    ]);
  });
});

describe('JSON lines', () => {
  it('are read one by one', () => {
    expect(parseJsonLines([row('{"sku":"A-1"}\n'), row('\n', 3), row('{"sku":\n', 4), row('[1]', 5), row('{"sku":"A-2","prize":1}', 6)])).toEqual([
      { number: 2, raw: { sku: 'A-1' } },
      { number: 4, problems: [{ field: '', message: 'is no JSON object on a line of its own' }] },
      { number: 5, problems: [{ field: '', message: 'is no JSON object on a line of its own' }] },
      { number: 6, problems: [{ field: 'prize', message: expect.stringContaining('is no column') }] },
    ]);
  }); // prettier-ignore
});

describe('a row by itself', () => {
  const checked = (raw: Record<string, unknown>) => checkRow({ number: 2, raw: { sku: 'A-1', ...raw } });

  it.each<[string, Record<string, unknown>, string]>([
    ['no SKU', { sku: '' }, 'sku'],
    ['a SKU of small letters', { sku: 'a-1' }, 'sku'],
    ['a name that is too long', { name: 'x'.repeat(201) }, 'name'],
    ['a name that is a number', { name: 5 }, 'name'],
    ['a description that is too long', { description: 'x'.repeat(5001) }, 'description'],
    ['a price with a comma', { price: '1,299.00' }, 'price'],
    ['a price below nothing', { price: '-5' }, 'price'],
    ['a formula for a price', { price: '=5+5' }, 'price'],
    ['a currency that is none', { currency: 'rupees' }, 'currency'],
    ['stock below nothing', { stock: '-1' }, 'stock'],
    ['half a piece', { stock: 1.5 }, 'stock'],
    ['an image that is no URL', { image_urls: 'https://a.example/1|kettle.jpg' }, 'image_urls[1]'],
    ['too many images', { image_urls: Array.from({ length: 21 }, () => 'https://a.example/1') }, 'image_urls'],
    ['an active that is neither', { active: 'yes' }, 'active'],
    ['attributes that are no JSON', { attributes: 'colour=red' }, 'attributes'],
    ['attributes that are numbers', { attributes: '{"size":5}' }, 'attributes'],
    ['bytes that are no UTF-8', { name: Buffer.from([0x43, 0xe9]).toString() }, 'name'],
  ])('with %s is refused with the name of the field', (_what, raw, field) => {
    expect(checked(raw)).toEqual({ number: 2, problems: [{ field, message: expect.any(String) }] });
  });

  it('tells all that is wrong', () => {
    expect(checked({ price: 'x', stock: 'y' })).toMatchObject({ problems: [{ field: 'price' }, { field: 'stock' }] });
  });

  it('says nothing in empty cells, but for texts and lists, which it empties', () => {
    const cells = Object.fromEntries(COLUMNS.filter((column) => column !== 'sku').map((column) => [column, '']));
    const nothing = { name: undefined, category: undefined, price: undefined, currency: undefined, stock: undefined, active: undefined };
    expect(checked(cells)).toEqual({
      number: 2,
      row: { sku: 'A-1', ...nothing, description: '', brand: '', imageUrls: [], attributes: [] },
    });
    expect(checked({ brand: null })).toMatchObject({ row: { brand: undefined } });
  });
});

describe('what is written', () => {
  const product: StoredProduct = {
    id: '0192f0c1-2345-7abc-8def-0123456789ab',
    sku: 'A-1',
    name: '=Kettle, "steel"',
    description: 'Two\nlines',
    brand: '',
    categoryId: '0192f0c1-2345-7abc-8def-0123456789ac',
    price: { currency: 'INR', minor: 129_900n },
    imageUrls: ['https://a.example/1', 'https://a.example/2'],
    attributes: [{ key: 'colour', value: 'red' }],
    active: true,
    lowStockThreshold: undefined,
    version: 3,
    createdAt: new Date(0),
    updatedAt: new Date(0),
    available: 4n,
  };
  const exported: ExportedProduct = { ...product, category: 'kettles', onHand: 5n };

  it('is RFC 4180 without formulas, or JSON lines', () => {
    const csv = { format: 'CSV', withoutStock: false } as const;
    expect(headOf(csv) + rowOf(exported, csv)).toBe(
      'sku,name,description,brand,category,price,currency,stock,image_urls,active,attributes\r\n' +
        `A-1,"'=Kettle, ""steel""","Two\nlines",,kettles,1299.00,INR,5,https://a.example/1|https://a.example/2,true,"{""colour"":""red""}"\r\n`,
    );
    const lines = { format: 'JSON_LINES', withoutStock: true } as const;
    expect(headOf(lines)).toBe('');
    expect(JSON.parse(rowOf(exported, lines))).toEqual({
      sku: 'A-1',
      name: '=Kettle, "steel"',
      description: 'Two\nlines',
      brand: '',
      category: 'kettles',
      price: '1299.00',
      currency: 'INR',
      image_urls: exported.imageUrls,
      active: true,
      attributes: { colour: 'red' },
    });
  });

  it('of errors begins no cell like a formula', () => {
    expect(errorsCsv([{ row: 2n, field: '@x', message: 'no, "never"' }])).toBe(`row,field,message\r\n2,'@x,"no, ""never"""\r\n`);
  });

  it('is read again as what it was, whatever the texts', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((some) => !some.includes('\ufffd'));
    const nasty = fc.oneof(text, fc.stringMatching(/^[=+\-@\t\r\n"',']{1,8}$/));
    const any = fc.record({
      name: nasty.filter((name) => name !== ''),
      description: nasty,
      brand: nasty,
      minor: fc.bigInt({ min: 1n, max: 10n ** 12n }),
      currency: fc.constantFrom('INR', 'JPY', 'KWD'),
      onHand: fc.bigInt({ min: 0n, max: 10n ** 12n }),
      active: fc.boolean(),
      attributes: fc.uniqueArray(fc.record({ key: fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/), value: nasty.filter((value) => value !== '') }), { selector: ({ key }) => key, maxLength: 4 }),
    }); // prettier-ignore
    fc.assert(
      fc.property(any, fc.constantFrom('CSV' as const, 'JSON_LINES' as const), ({ minor, currency, ...change }, format) => {
        const one: ExportedProduct = { ...exported, ...change, price: { currency, minor } };
        const options = { format, withoutStock: false };
        const written = row(rowOf(one, options));
        const parsed: ParsedRow[] = format === 'CSV' ? parseCsv([written], readHeader(row(headOf(options), 1))) : parseJsonLines([written]);
        expect(parsed.map(checkRow)).toEqual([
          {
            number: 2,
            row: {
              sku: one.sku,
              name: one.name,
              description: one.description,
              brand: one.brand,
              category: 'kettles',
              price: expect.any(String),
              currency,
              stock: one.onHand,
              imageUrls: one.imageUrls,
              active: one.active,
              attributes: one.attributes,
            },
          },
        ]);
      }),
    );
  });
});
