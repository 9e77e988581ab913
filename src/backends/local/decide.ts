import type { Observation } from '../../core/jobs/job.ts';
import { readOutcome } from '../shared/exit-record.ts';
import type { JobFiles } from '../shared/look.ts';

/**
 * What one look says about a local job. Pure. A job whose processes are gone is `lost` only when its heartbeat is old enough, and one
 * whose folder is gone only when that has been so for long enough (`absentMs`).
 */
export function decideLocal(files: JobFiles | undefined, now: number, lostAfterMs: number, absentMs: number): Observation {
  if (files === undefined) return { kind: 'no-information', why: 'the look at the job was cut short' };
  const common = {
    ...(files.startedAt === undefined ? {} : { startedAt: files.startedAt }),
    ...(files.node === undefined ? {} : { node: files.node }),
  };
  const { exit } = files;
  if (exit !== null) {
    return {
      ...common,
      kind: 'ended',
      outcome: readOutcome(exit),
      exitCode: exit.exit,
      signal: exit.signal,
      startedAt: exit.startedAt,
      endedAt: exit.endedAt,
      ...(exit.maxRssBytes === undefined ? {} : { maxRssBytes: exit.maxRssBytes }),
      evidence: 'exit-record',
      schedulerState: 'exited',
    };
  }
  const heartbeat = files.heartbeatAt === undefined ? {} : { heartbeatAt: files.heartbeatAt };
  const isLost = absentMs > 0 && absentMs >= lostAfterMs;
  switch (files.life) {
    case 'alive': {
      const limit = files.limitAt === undefined ? {} : { limitAt: files.limitAt };
      return { ...common, ...heartbeat, ...limit, kind: 'active', state: 'running', schedulerState: 'alive' };
    }
    case 'rebooted':
      return decideGone(common, files, 'lost', 'the machine was restarted');
    case 'gone':
      if (now - (files.heartbeatAt ?? files.startedAt ?? 0) > lostAfterMs)
        return decideGone(common, files, 'lost', 'the processes are gone');
      return { kind: 'missing', why: 'the processes are gone and no exit record is there yet' };
    case 'withdrawn':
      return decideGone(common, files, 'cancelled', 'cancelled, and it cannot start any more');
    case 'absent':
      if (isLost) return decideGone(common, files, 'lost', 'the folder of the job is gone');
      return { kind: 'missing', why: 'the folder of the job is not there' };
    default:
      if (isLost) return decideGone(common, files, 'lost', 'the record of the process is gone');
      return { kind: 'missing', why: 'the job has not been started' };
  }
}

function decideGone(
  common: { startedAt?: number; node?: string },
  files: JobFiles,
  outcome: 'lost' | 'cancelled',
  state: string,
): Observation {
  const endedAt = files.heartbeatAt === undefined ? {} : { endedAt: files.heartbeatAt };
  return {
    ...common,
    ...endedAt,
    kind: 'ended',
    outcome,
    exitCode: null,
    signal: null,
    evidence: 'silence',
    schedulerState: state,
  };
}
