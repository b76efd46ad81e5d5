import { describe, expect, it } from '@jest/globals';
import type { Import } from '@shopverse/client/gen/product';
import { importView } from './import-view.ts';

const now = (change: Partial<Import>): Import =>
  ({
    receivedBytes: '1000',
    readBytes: '0',
    rowsRead: '0',
    created: '0',
    updated: '0',
    unchanged: '0',
    refused: '0',
    rowsPerSecond: 0,
    ...change,
  }) as Import;

function shown(isTTY: boolean): { readonly text: () => string; readonly view: ReturnType<typeof importView> } {
  let text = '';
  const out = { isTTY, columns: 120, write: (more: unknown) => ((text += String(more)), true) };
  return { text: () => text, view: importView(out) };
}

describe('how an import gets on', () => {
  it('is one line with a bar on a terminal', () => {
    const { view, text } = shown(true);
    view.sent(500_000, 1_000_000);
    view.done(now({ readBytes: '250', rowsRead: '12500', created: '12000', refused: '500', rowsPerSecond: 4321 }));
    view.end();
    const [uploading, running] = text().split('\r\u001b[2K').slice(1);
    expect(uploading).toBe(`${'█'.repeat(12)}${'░'.repeat(12)}  50 %  uploaded 0.5 of 1.0 MB`);
    expect(running).toBe(`${'█'.repeat(6)}${'░'.repeat(18)}  25 %  12,500 rows, 4,321/s: 12,000 created, 0 updated, 0 unchanged, 500 refused\n`);
  });

  it('is a line now and then elsewhere, and one at the end', () => {
    const { view, text } = shown(false);
    for (const readBytes of ['100', '200', '300', '1000']) view.done(now({ readBytes }));
    view.end();
    expect(text().trimEnd().split('\n').map((line) => line.slice(0, 5))).toEqual([' 10 %', '100 %']);
  });
}); // prettier-ignore
