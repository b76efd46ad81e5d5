/** A parameter's value as chdb binds it. */
export type ParameterValue = null | boolean | number | bigint | string | ParameterValue[] | Map<ParameterValue, ParameterValue>;

/** A parameter that is no ClickHouse literal. */
export class LiteralError extends Error {
  override readonly name = 'LiteralError';
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', '0': '\0' };

/** Undoes the escaping of a scalar parameter (TabSeparated's rules); `\N` is NULL. */
export function scalar(text: string): ParameterValue {
  return text === '\\N' ? null : unescape(text);
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (_all, character: string) => ESCAPES[character] ?? character);
}

/**
 * Reads an array, tuple or map as ClickHouse writes it (`['a',NULL,3]`, `{'k':1}`) into a value that can be bound again.
 *
 * @throws LiteralError when it is none
 */
export function literal(text: string): ParameterValue {
  const reader = new LiteralReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

/** Nesting that is more than anybody needs. */
const MAX_DEPTH = 32;

class LiteralReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.#spaces();
    if (this.#at !== this.#text.length) throw this.#wrong();
  }

  value(): ParameterValue {
    if ((this.#depth += 1) > MAX_DEPTH) throw new LiteralError('The parameter is nested too deeply.');
    this.#spaces();
    const value = this.#one();
    this.#depth -= 1;
    return value;
  }

  #one(): ParameterValue {
    switch (this.#text[this.#at]) {
      case "'":
        return this.#string();
      case '[':
        return this.#list(']');
      case '(':
        return this.#list(')');
      case '{':
        return this.#map();
      default:
        return this.#word();
    }
  }

  #string(): string {
    const match = /'((?:[^'\\]|\\[\s\S]|'')*)'/y;
    match.lastIndex = this.#at;
    const found = match.exec(this.#text);
    if (found === null) throw this.#wrong();
    this.#at = match.lastIndex;
    return unescape((found[1] ?? '').replaceAll("''", "'"));
  }

  #list(end: string): ParameterValue[] {
    const values: ParameterValue[] = [];
    this.#at += 1;
    for (this.#spaces(); this.#text[this.#at] !== end; this.#spaces()) {
      values.push(this.value());
      this.#separator(end);
    }
    this.#at += 1;
    return values;
  }

  #map(): Map<ParameterValue, ParameterValue> {
    const values = new Map<ParameterValue, ParameterValue>();
    this.#at += 1;
    for (this.#spaces(); this.#text[this.#at] !== '}'; this.#spaces()) {
      const key = this.value();
      this.#spaces();
      if (this.#text[this.#at] !== ':') throw this.#wrong();
      this.#at += 1;
      values.set(key, this.value());
      this.#separator('}');
    }
    this.#at += 1;
    return values;
  }

  #separator(end: string): void {
    this.#spaces();
    if (this.#text[this.#at] === ',') this.#at += 1;
    else if (this.#text[this.#at] !== end) throw this.#wrong();
  }

  #word(): ParameterValue {
    const match = /NULL|true|false|-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/iy;
    match.lastIndex = this.#at;
    const [word] = match.exec(this.#text) ?? [];
    if (word === undefined) throw this.#wrong();
    this.#at = match.lastIndex;
    if (/^null$/i.test(word)) return null;
    if (/^(true|false)$/i.test(word)) return word.toLowerCase() === 'true';
    return /^-?\d+$/.test(word) ? BigInt(word) : Number(word);
  }

  #spaces(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #wrong(): LiteralError {
    return new LiteralError(`The parameter is no ClickHouse literal at character ${this.#at + 1}.`);
  }
}
