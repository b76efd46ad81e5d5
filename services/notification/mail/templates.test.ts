import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { NOTICE_KINDS, type NoticeFacts } from '../domain/notice.ts';
import { loadTemplates, type RenderMail } from './templates.ts';

const FOLDER = join(import.meta.dirname, '..', 'templates');
const EVIL = `<script>alert("x")</script>&'`;
const facts: NoticeFacts = {
  order: 'C3D4E5F6',
  amount: '₹1,299.00',
  lines: [{ name: EVIL, quantity: 2, total: '₹1,299.00' }],
  reason: EVIL,
  method: EVIL,
  shipment: EVIL,
  what: EVIL,
  when: EVIL,
};

describe('mail templates', () => {
  let render: RenderMail;
  beforeAll(async () => {
    render = await loadTemplates(FOLDER);
  });

  it.each(NOTICE_KINDS)('of %s escape every value in HTML and leave plain text as it is', (kind) => {
    const { html, text } = render({ kind, subject: EVIL, name: EVIL, facts, link: EVIL });
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#x27;');
    expect(text).toContain(`Hello ${EVIL},`);
    expect(text).not.toContain('&lt;');
    expect(html).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/);
    expect(`${html}${text}`).not.toMatch(/\{\{|\[object|undefined/);
  });

  it('write out the lines of an order and its total', () => {
    const { text, html } = render({
      kind: 'ORDER_PLACED',
      subject: 'Order',
      name: 'Asha',
      facts: { ...facts, lines: [{ name: 'Cup', quantity: 3, total: '₹9.00' }] },
      link: '',
    });
    expect(text).toContain('  3 x Cup: ₹9.00\n  Total: ₹1,299.00');
    expect(html).toContain('3 × Cup');
  });

  it('leave out a reason that is not there', () => {
    const { text } = render({ kind: 'ORDER_CANCELLED', subject: 'Order', name: 'Asha', facts: { ...facts, reason: '' }, link: '' });
    expect(text).toContain('your order C3D4E5F6 was cancelled.\n');
  });

  it('that are missing are named at the start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shopverse-templates-'));
    await writeFile(join(folder, 'layout.text.hbs'), '{{content}}');
    await expect(loadTemplates(folder)).rejects.toThrow(/^The mail template layout\.html\.hbs is missing in /);
    await rm(folder, { recursive: true });
  });
});
