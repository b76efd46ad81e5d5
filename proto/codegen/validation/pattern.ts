import { GenerationError } from '../generation-error.ts';

/**
 * An RE2 pattern (what buf.validate means) as a JavaScript RegExp literal that matches the same. Where the two read a pattern differently
 * it is translated: "." and "\s" know fewer line ends and spaces in RE2. Throws GenerationError for what has no equal, and for a bad pattern.
 */
export function javaScriptPattern(pattern: string, where: string): string {
  const error = (reason: string): GenerationError =>
    new GenerationError(`${where} has the pattern ${JSON.stringify(pattern)}, ${reason}. Write it another way.`);
  let source = '';
  let inClass = false;
  for (let at = 0; at < pattern.length;) {
    const token = inClass ? tokenInClass : tokenOutside;
    token.lastIndex = at;
    const [part = ''] = token.exec(pattern) ?? [];
    at = token.lastIndex;
    if (part === '' || (inClass ? differsInClass : differs).test(part)) throw error(`whose "${part}" has no equal in JavaScript`);
    source += (inClass ? translationsInClass : translations)[part] ?? part;
    if (inClass ? part === ']' : part.startsWith('[')) inClass = !inClass;
  }
  try {
    return new RegExp(source, 'u').toString();
  } catch (cause) {
    throw error(`which is no valid RegExp (${String(cause)})`);
  }
}

// A token is an escape with what belongs to it, the opening of a group or class, or one character.
const tokenOutside = /\\[pP]\{[^}]*\}|\\x..|\\.|\(\?[^a-zA-Z]?|\[\^?\]?|[^]/uy;
const tokenInClass = /\\[pP]\{[^}]*\}|\\x..|\\.|\[:|[^]/uy;

/** Only these escapes are the same, or translated: character classes, control characters, \xHH, general categories, punctuation. */
const differs = /^(?:\\(?!(?:[dDwWsSbBtnrfvAz]|x[0-9A-Fa-f]{2}|[pP]\{[A-Z][a-z]?\}|[^A-Za-z0-9])$)|\(\?(?!:)|\[\^?\])/;
const differsInClass = /^(?:\\(?!(?:[dDwWstnrfv]|x[0-9A-Fa-f]{2}|[pP]\{[A-Z][a-z]?\}|[^A-Za-z0-9])$)|\[:)/;

const translations: Readonly<Record<string, string>> = {
  '.': '[^\\n]',
  '\\s': '[\\t\\n\\f\\r ]',
  '\\S': '[^\\t\\n\\f\\r ]',
  '\\A': '^',
  '\\z': '$',
};
const translationsInClass: Readonly<Record<string, string>> = { '\\s': '\\t\\n\\f\\r ', '[': '\\[' };
