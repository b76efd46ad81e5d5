/**
 * Where a part stands. `unready`: it runs, and can't serve just now. `failing`: it has ended several times in a row and is tried again at the longest interval.
 * `unavailable`: it can't be had on this machine, and the stack goes on without it.
 */
export type PartState =
  'waiting' | 'fetching' | 'starting' | 'ready' | 'unready' | 'restarting' | 'failing' | 'stopping' | 'stopped' | 'unavailable';
