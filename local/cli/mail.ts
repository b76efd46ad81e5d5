import { previewMail, templateNames } from '../../services/notification/mail/preview.ts';
import { StackError } from '../stack-error.ts';

/** `shopverse mail preview [template]`: the mail as it would go out, filled with what it might be about; without a template, which there are. */
export async function mailPreview(
  template: string | undefined,
  { html = false, json = false }: { readonly html?: boolean; readonly json?: boolean },
): Promise<void> {
  if (template === undefined) return void process.stdout.write(templateNames.map((name) => `${name}\n`).join(''));
  const mail = await previewMail(template);
  if (mail === undefined) throw new StackError(`There is no template ${template}; there are ${templateNames.join(', ')}.`);
  if (json) return void process.stdout.write(`${JSON.stringify(mail)}\n`);
  process.stdout.write(html ? mail.html : `Subject: ${mail.subject}\n\n${mail.text}`);
}
