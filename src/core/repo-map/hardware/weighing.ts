/** What the verdicts on hardware are weighed from, and what they give as reasons. */
import type { RepoFile } from '../input.ts';
import type { Entry, Evidence } from '../schema.ts';
import type { ImportGraph, Sources } from '../sources.ts';
import type { Launch } from './launches.ts';

export interface HardwareInput {
  readonly files: readonly RepoFile[];
  readonly sources: Sources;
  readonly graph: ImportGraph;
  readonly entry: Entry | undefined;
}

/** The lines of documents and scripts that start something. */
export interface Commands {
  readonly all: readonly Launch[];
  /** Those that start the entry. */
  readonly own: readonly Launch[];
  /** The one behind the entry's command. */
  readonly main: Launch | undefined;
}

export interface Reason {
  readonly what: string;
  readonly at?: Evidence | undefined;
}
