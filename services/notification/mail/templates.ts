import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { NOTICE_KINDS, type NoticeFacts, type NoticeKind } from '../domain/notice.ts';

/** What a mail says. */
export interface MailBody {
  readonly text: string;
  readonly html: string;
}

/** What a template is filled with. */
export interface MailContent {
  readonly kind: NoticeKind;
  readonly subject: string;
  /** The recipient's name. */
  readonly name: string;
  readonly facts: NoticeFacts;
  /** Where the recipient can do what it is about, with a secret in it: kept nowhere. Empty when there is none. */
  readonly link: string;
}

/** Fills the templates of a mail. */
export type RenderMail = (content: MailContent) => MailBody;

type Template = (context: object) => string;

/** The name of a kind's templates: `order-placed`. */
export const templateOf = (kind: NoticeKind): string => kind.toLowerCase().replaceAll('_', '-');

/**
 * Compiles the templates in `folder`: `<kind>.text.hbs` and `<kind>.html.hbs` for every kind of notice ("order-placed"), each set into
 * `layout.text.hbs` or `layout.html.hbs`. HTML is escaped wherever a value goes in. A template that names a value that is not there throws, so that
 * half a mail is never sent.
 *
 * @throws Error naming the file that is missing or that can't be parsed
 */
export async function loadTemplates(folder: string): Promise<RenderMail> {
  const names = new Set(await readdir(folder));
  const load = async (name: string, format: 'text' | 'html'): Promise<Template> => {
    const file = `${name}.${format}.hbs`;
    if (!names.has(file)) throw new Error(`The mail template ${file} is missing in ${folder}.`);
    const source = await readFile(join(folder, file), 'utf8');
    return Handlebars.compile(source, { strict: true, noEscape: format === 'text', knownHelpersOnly: true });
  };
  const layouts = { text: await load('layout', 'text'), html: await load('layout', 'html') };
  const bodies = new Map<NoticeKind, { readonly text: Template; readonly html: Template }>();
  for (const kind of NOTICE_KINDS) {
    const name = templateOf(kind);
    bodies.set(kind, { text: await load(name, 'text'), html: await load(name, 'html') });
  }
  return ({ kind, subject, name, facts, link }) => {
    const body = bodies.get(kind);
    if (body === undefined) throw new Error(`There is no mail template for ${kind}.`);
    const values = { ...facts, name, subject, link };
    const set = (format: 'text' | 'html') => layouts[format]({ ...values, content: body[format](values) });
    return { text: set('text'), html: set('html') };
  };
}
