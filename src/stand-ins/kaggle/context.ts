import type { Faults } from './faults.ts';
import type { Python } from './python.ts';
import type { Account, State } from './state.ts';

/** How long things take, in milliseconds of the stand-in's clock. */
export interface Timings {
  /** Between a push and the start of the run. */
  readonly queueMs: number;
  /** After a push the status still shows the version before, or 404 where there is none. */
  readonly staleMs: number;
  readonly datasetReadyMs: number;
  /** Of an address of an output file. */
  readonly urlLifeMs: number;
  /** Between a submission and its score. */
  readonly scoreMs: number;
}

export interface Limits {
  readonly gpuSessions: number;
  readonly cpuSessions: number;
  readonly gpuSeconds: number;
  readonly tpuSeconds: number;
  readonly sessionSeconds: number;
  /** Calls a minute of one account; the real number is not published. */
  readonly callsPerMinute: number;
}

/** Everything that a handler needs. */
export interface Context {
  readonly state: State;
  readonly accounts: readonly Account[];
  readonly faults: Faults;
  readonly timings: Timings;
  readonly limits: Limits;
  readonly now: () => number;
  /** Address of this server without a slash at the end. */
  readonly url: () => string;
  readonly folder: string;
  readonly python: Python;
  readonly boxed: boolean;
  /** False keeps every run off the network, whatever its kernel asks for. */
  readonly internet: boolean;
  readonly mountLayout: 'new' | 'old' | 'both';
  /** What the status of a kernel that is not there answers. */
  readonly unknownKernelStatus: 401 | 403 | 404;
  /** Takes work that nobody waits for. */
  readonly background: (work: Promise<void>) => void;
}
