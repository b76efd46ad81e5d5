import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RowSplitter, type FileRow, type SplitOptions } from './split-rows.ts';

/** Pieces of at most so many bytes, as the parts of an upload come. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function split(text: string, { size = 7, ...options }: Partial<SplitOptions> & { size?: number } = {}): Promise<FileRow[]> {
  const bytes = Buffer.from(text).subarray(options.offset ?? 0);
  const splitter = new RowSplitter(pieces(bytes, size), { format: 'CSV', offset: 0, rowsBefore: 0, maxRowBytes: 1_000, ...options });
  const rows: FileRow[] = [];
  for (;;) {
    const some = await splitter.take(2);
    rows.push(...some);
    if (some.length < 2) return rows;
  }
}
const texts = (rows: readonly FileRow[]) => rows.map(({ bytes, problem }) => problem ?? bytes.toString());

describe('the rows of a file', () => {
  it.each<[string, string, string[]]>([
    ['lines', 'a,b\nc,d\n', ['a,b\n', 'c,d\n']],
    ['lines with CRLF', 'a,b\r\nc,d\r\n', ['a,b\r\n', 'c,d\r\n']],
    ['a last line without an end', 'a\nb', ['a\n', 'b']],
    ['a byte order mark', '\ufeffa\nb\n', ['a\n', 'b\n']],
    ['a quoted cell of several lines', '"a\n\r\nb",c\nd\n', ['"a\n\r\nb",c\n', 'd\n']],
    ['quotes within quotes', '"a ""x""\n",b\nc\n', ['"a ""x""\n",b\n', 'c\n']],
    ['a quote within a cell that is not quoted', '5" pipe\n6" pipe\n', ['5" pipe\n', '6" pipe\n']],
    ['an empty quoted cell at the end of a line', 'a,""\nb,""\n', ['a,""\n', 'b,""\n']],
    ['empty lines', 'a\n\n\nb\n', ['a\n', '\n', '\n', 'b\n']],
    ['nothing', '', []],
    ['only a byte order mark', '\ufeff', []],
  ])('are those of %s, in pieces of any size', async (_what, text, rows) => {
    for (const size of [1, 2, 3, 1_000]) expect(texts(await split(text, { size }))).toEqual(rows);
  });

  it('of JSON lines end with each line', async () => {
    expect(texts(await split('{"a":"\\""}\n{"b":1}', { format: 'JSON_LINES' }))).toEqual(['{"a":"\\""}\n', '{"b":1}']);
  });

  it('know their number and where in the file they end', async () => {
    const rows = await split('\ufeffé\n"x\ny"\nlast');
    expect(rows.map(({ number, end }) => [number, end])).toEqual([[1, 6], [2, 12], [3, 16]]); // prettier-ignore
  });

  it.each([1, 5, 1_000])('that are broken take no other with them (pieces of %i bytes)', async (size) => {
    const long = `${'x'.repeat(2_000)}\n`;
    const open = `a,"never closed\n${'b,c\n'.repeat(600)}`;
    expect(texts(await split(`head\n${long}fine\n${open}`, { size })).slice(0, 5)).toEqual([
      'head\n',
      'is longer than 1000 bytes',
      'fine\n',
      expect.stringContaining('never closed'),
      'b,c\n',
    ]);
    expect(texts(await split(`"open\nb\n`, { size }))).toEqual([expect.stringContaining('never closed'), 'b\n']);
  });

  it('are the same from wherever one goes on', async () => {
    const cell = fc.oneof(fc.stringMatching(/^[a-z ]{0,8}$/), fc.constantFrom('"x,y"', '"a\nb"', '"""q"""', 'é', ''));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 20 }), fc.nat(), fc.integer({ min: 1, max: 50 }), async (cells, place, size) => {
        const text = cells.map((row) => `${row.join(',')}\n`).join('');
        const all = await split(text, { size });
        const from = all.length === 0 ? undefined : all[place % all.length];
        if (from === undefined) return;
        const rest = await split(text, { size, offset: from.end, rowsBefore: from.number });
        expect([...all.slice(0, from.number), ...rest]).toEqual(all);
      }),
    ); // prettier-ignore
  });
});
