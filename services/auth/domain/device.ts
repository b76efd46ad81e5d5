/** First match wins: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari. */
const CLIENTS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^grpc-/, 'gRPC client'],
];
/** Android says Linux, too, and an iPhone says Mac OS X. */
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** A device as its owner would name it, by its User-Agent header: "Firefox on Linux". What is not known is an unknown device. */
export function deviceOf(userAgent: string): string {
  const find = (list: typeof CLIENTS) => list.find(([pattern]) => pattern.test(userAgent))?.[1];
  const [client, system] = [find(CLIENTS), find(SYSTEMS)];
  if (client === undefined) return system ?? 'Unknown device';
  return system === undefined ? client : `${client} on ${system}`;
}
