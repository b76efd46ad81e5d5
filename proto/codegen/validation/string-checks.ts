import type { Check } from './check.ts';
import { listOf } from './check.ts';
import { javaScriptPattern } from './pattern.ts';
import type { RuleSet } from './rule-set.ts';

/** The rules of strings. Lengths count code points. `where` names the field in errors. */
export function stringChecks(rules: RuleSet, where: string): Check[] {
  const checks: Check[] = [];
  const check = <Kind>(name: string, compile: (value: Kind) => [fails: string, message: string]): void => {
    const value = rules.take<Kind>(name);
    if (value === undefined) return;
    const [fails, message] = compile(value);
    checks.push({ fails, ruleId: `string.${name}`, message });
  };
  check<string>('const', (text) => [`value !== ${JSON.stringify(text)}`, `must equal \`${text}\``]);
  check<bigint>('len', (n) => [`codePoints(value) !== ${n}`, `must be ${n} characters`]);
  // UTF-16's length is one or two per code point, so most values need no counting.
  check<bigint>('min_len', (n) => [`value.length < ${2n * n} && codePoints(value) < ${n}`, `must be at least ${n} characters`]);
  check<bigint>('max_len', (n) => [`value.length > ${n} && codePoints(value) > ${n}`, `must be at most ${n} characters`]);
  check<bigint>('len_bytes', (n) => [`Buffer.byteLength(value) !== ${n}`, `must be ${n} bytes`]);
  check<bigint>('min_bytes', (n) => [`Buffer.byteLength(value) < ${n}`, `must be at least ${n} bytes`]);
  check<bigint>('max_bytes', (n) => [`Buffer.byteLength(value) > ${n}`, `must be at most ${n} bytes`]);
  checks.push(...patternCheck(rules, where));
  check<string>('prefix', (text) => [`!value.startsWith(${JSON.stringify(text)})`, `does not have prefix \`${text}\``]);
  check<string>('suffix', (text) => [`!value.endsWith(${JSON.stringify(text)})`, `does not have suffix \`${text}\``]);
  check<string>('contains', (text) => [`!value.includes(${JSON.stringify(text)})`, `does not contain substring \`${text}\``]);
  check<string>('not_contains', (text) => [`value.includes(${JSON.stringify(text)})`, `contains substring \`${text}\``]);
  check<string[]>('in', (texts) => [`!(${equalsOneOf(texts)})`, `must be in list ${listOf(texts)}`]);
  check<string[]>('not_in', (texts) => [equalsOneOf(texts), `must not be in list ${listOf(texts)}`]);
  for (const [format, [test, words]] of Object.entries(formats)) {
    if (!rules.take<boolean>(format)) continue;
    const empty = { fails: `value === ''`, ruleId: `string.${format}_empty`, message: `value is empty, which is not a valid ${words}` };
    checks.push(empty, { fails: `value !== '' && !${test}(value)`, ruleId: `string.${format}`, message: `must be a valid ${words}` });
  }
  return checks;
}

function patternCheck(rules: RuleSet, where: string): Check[] {
  const pattern = rules.take<string>('pattern');
  if (pattern === undefined) return [];
  const name = `pattern_${where.replaceAll(/[^A-Za-z0-9]/g, '_')}`;
  const constant = `const ${name} = ${javaScriptPattern(pattern, where)}`;
  const message = `does not match regex pattern \`${pattern}\``;
  return [{ fails: `!${name}.test(value)`, ruleId: 'string.pattern', message, constant }];
}

/** Well-known formats: the function in proto/runtime that tells, and what protovalidate calls them. */
const formats = {
  email: ['isEmail', 'email address'],
  hostname: ['isHostname', 'hostname'],
  ip: ['isIp', 'IP address'],
  ipv4: ['isIpv4', 'IPv4 address'],
  ipv6: ['isIpv6', 'IPv6 address'],
  uri: ['isUri', 'URI'],
  uuid: ['isUuid', 'UUID'],
} as const;

const equalsOneOf = (texts: readonly string[]): string => texts.map((text) => `value === ${JSON.stringify(text)}`).join(' || ');
