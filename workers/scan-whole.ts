import { isSure, scanLog } from '../src/core/diagnosis/scan-log.ts';
import type { Failure } from '../src/core/failure.ts';
import type { Observation } from '../src/core/jobs/job.ts';
import { hasCode } from '../src/errors.ts';
import { openRemoteLog } from '../src/hosts/remote-log/index.ts';
import type { WorkerContext } from './context.ts';

export interface LongLogs {
  readonly site: string;
  readonly paths: readonly string[];
  /** What was read of each already; shorter logs are not searched again. */
  readonly readBytes: number;
  readonly observation: Extract<Observation, { kind: 'ended' }>;
}

/** What logs say that were too long to be brought here whole: they are searched where they lie. `told` where that is no surer, or cannot be done. */
export async function scanWhole(context: WorkerContext, told: Failure, logs: LongLogs, signal: AbortSignal): Promise<Failure> {
  const { site, paths, readBytes, observation } = logs;
  try {
    for (const path of paths) {
      const source = await openRemoteLog(context.hostOf(site), path, { signal });
      if (source === null || source.size <= readBytes) continue;
      const found = await scanLog(source, { schedulerState: null, observation }, context.failureClasses);
      if (isSure(found)) return found;
    }
  } catch (error) {
    if (!hasCode(error, 'host.command-failed')) throw error;
    context.log.warn({ err: error, site }, 'searching a long log');
  }
  return told;
}
