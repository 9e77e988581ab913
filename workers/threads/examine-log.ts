import { diagnose, type DiagnosisInput } from '../../src/core/diagnosis/diagnose.ts';
import type { FailureClass } from '../../src/core/diagnosis/failure-class.ts';
import type { Failure } from '../../src/core/failure.ts';
import type { Progress } from '../../src/core/progress/schema.ts';
import { startProgress } from '../../src/core/progress/state.ts';
import { summarizeProgress } from '../../src/core/progress/summarize.ts';
import { trackProgress } from '../../src/core/progress/track.ts';
import { readProbe } from '../../src/core/sample-run/probe-result.ts';
import type { ProbeReport } from '../../src/core/sample-run/schema.ts';
import { loadPlugins } from '../../src/plugins.ts';

export interface LogJob extends DiagnosisInput {
  /** Totals that the plan knows. */
  readonly expected: { readonly steps?: number; readonly epochs?: number };
}

export interface LogReading {
  readonly progress: Progress;
  readonly diagnosis: Failure;
  readonly probe: ProbeReport | null;
}

/** Reads progress and failure out of a whole log; meant for a thread, since logs may be long and hostile. */
export default async function examineLog({ expected, ...input }: LogJob): Promise<LogReading> {
  const classes = await loadPlugins<FailureClass>(new URL('../../src/failures/', import.meta.url));
  const progress = summarizeProgress(trackProgress(startProgress(expected), input.log, null));
  return { progress, diagnosis: diagnose(input, classes), probe: readProbe(input.log) };
}
