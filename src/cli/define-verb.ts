import type { Readable, Writable } from 'node:stream';

/** Where a verb reads and writes; handed in, so that tests and other programs can run it. */
export interface VerbIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Relative file names start here. */
  readonly cwd: string;
}

export interface Verb {
  /** What is typed after `reprobot`; equal to the file name. */
  readonly name: string;
  /** One line for the list of verbs. */
  readonly summary: string;
  /** The arguments, as in `classify [FILE|-] [--json]`. */
  readonly usage: string;
  /** Does it and answers the exit code: 0 for good, 1 for a bad verdict, 2 for bad usage. */
  readonly run: (args: string[], io: VerbIo) => Promise<number>;
}

/** Declares a command line verb; src/cli holds one a file, named by its verb. */
export function defineVerb(verb: Verb): Verb {
  return verb;
}
