import type { Observation } from '../../core/jobs/job.ts';
import { readOutcome } from '../shared/exit-record.ts';
import type { JobFiles } from '../shared/look.ts';

/** What one look says about a local job. Pure. A job whose processes are gone is `lost` only when its heartbeat is old enough. */
export function decideLocal(files: JobFiles | undefined, now: number, lostAfterMs: number): Observation {
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
  switch (files.life) {
    case 'alive': {
      const limit = files.limitAt === undefined ? {} : { limitAt: files.limitAt };
      return { ...common, ...heartbeat, ...limit, kind: 'active', state: 'running', schedulerState: 'alive' };
    }
    case 'rebooted':
      return decideLost(common, files, 'the machine was restarted');
    case 'gone':
      if (now - (files.heartbeatAt ?? files.startedAt ?? 0) > lostAfterMs) return decideLost(common, files, 'the processes are gone');
      return { kind: 'missing', why: 'the processes are gone and no exit record is there yet' };
    case 'absent':
      return { kind: 'missing', why: 'the folder of the job is not there' };
    default:
      return { kind: 'missing', why: 'the job has not been started' };
  }
}

function decideLost(common: { startedAt?: number; node?: string }, files: JobFiles, state: string): Observation {
  const endedAt = files.heartbeatAt === undefined ? {} : { endedAt: files.heartbeatAt };
  return {
    ...common,
    ...endedAt,
    kind: 'ended',
    outcome: 'lost',
    exitCode: null,
    signal: null,
    evidence: 'silence',
    schedulerState: state,
  };
}
