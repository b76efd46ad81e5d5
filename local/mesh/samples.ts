/** One line of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)\{(.*)\} (\d+(?:\.\d+)?(?:e\+?\d+)?)/;
const LABEL = /([a-z_]+)="([^"]*)"/g;

/** Reads the samples that have labels. @param wanted names of metrics; others are passed over before they are taken apart */
export function* samplesOf(text: string, wanted: RegExp): Generator<Sample> {
  for (const line of text.split('\n')) {
    if (!wanted.test(line)) continue;
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) continue;
    yield { name, labels: new Map([...labels.matchAll(LABEL)].map(([, label = '', of = '']) => [label, of])), value: Number(value) };
  }
}
