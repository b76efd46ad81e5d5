import { describe, expect, it } from '@jest/globals';
import { previewMail, templateNames } from './preview.ts';

describe('a preview', () => {
  it.each(templateNames)('of %s is a whole mail', async (template) => {
    const mail = await previewMail(template);
    expect(mail).toMatchObject({ template, subject: expect.stringMatching(/\S/), text: expect.stringContaining('Hello Asha Rao,') });
    expect(mail?.html).toContain('</html>');
    expect(`${mail?.text}${mail?.html}`).not.toMatch(/undefined|\[object/);
  });

  it('of what is no template is none', async () => expect(await previewMail('layout')).toBeUndefined());
});
