/**
 * How the edge's Envoy is started, but for the path of its binary: two workers even on two cores (with one there is one connection to each
 * service, and idle CPU), no shared memory with other Envoys of the machine, and an access log that is at most a second late.
 */
export const envoyArguments = (bootstrapFile: string): string[] => [
  '--config-path',
  bootstrapFile,
  '--concurrency',
  '2',
  '--disable-hot-restart',
  '--file-flush-interval-msec',
  '1000',
];
