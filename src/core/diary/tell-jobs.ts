/** Jobs: when they ran, how they ended, what was measured. Pure. */
import type { Observation } from '../jobs/job.ts';
import type { SampleResult } from '../run/events.ts';
import { formatBytes, formatDuration, formatNumber } from '../run/format.ts';
import type { JobState, RunState } from '../run/state.ts';
import type { Figure } from './entry.ts';
import type { Teller, Told } from './told.ts';
import { GPU_HOURS } from './used.ts';

const MOST_SHOWN = 8;
/** A command of this kind does not learn. */
const INFERS = /(?:^|[\s/_-])(?:infer(?:ence)?|predict|generate|evaluate|eval|test|sample|demo)(?:[\s/_.-]|$)/i;

export const tellPlanned: Teller<'sample.planned'> = ({ plan, spec }) => {
  const { cpus, memoryMb, gpus, nodes, timeLimitSeconds } = spec.resources;
  const asked = [
    `${cpus} CPU${cpus === 1 ? '' : 's'}`,
    formatBytes(memoryMb * 1_048_576),
    ...(gpus === 0 ? [] : [`${gpus * nodes} GPU${gpus * nodes === 1 ? '' : 's'}`]),
    `at most ${formatDuration(timeLimitSeconds)}`,
  ];
  const patches = plan.patches?.length ?? 0;
  const edits = patches === 0 ? '' : `, ${patches} line${patches === 1 ? '' : 's'} tied to one machine changed`;
  return [
    {
      kind: 'change',
      topic: plan.mode === 'probe' ? 'probe' : 'sample',
      text: `${plan.mode === 'probe' ? 'Probe' : 'Sample'} planned: ${plan.command} with ${asked.join(', ')}${edits}`,
    },
  ];
};

export const tellSubmitted: Teller<'job.submitted'> = ({ ref }, _before, after) => [
  { kind: 'run', topic: 'sample-run', job: ref.jobId, text: `Job ${ref.jobId} submitted on ${after.request.site}` },
];

export const tellObserved: Teller<'job.observed'> = ({ observation, token }, before, after) => {
  const find = (state: RunState | null): JobState | undefined => state?.jobs.find((job) => job.spec.token === token);
  const job = find(after);
  const last = find(before)?.observation ?? null;
  const id = job?.ref?.jobId ?? null;
  const name = id === null ? 'The job' : `Job ${id}`;
  switch (observation.kind) {
    case 'missing':
      return last?.kind === 'missing'
        ? 'same-job'
        : [{ kind: 'run', topic: 'sample-run', job: id, text: `${name} is not in the queue: ${observation.why}` }];
    case 'no-information':
      return 'look-in-vain';
    case 'ended':
      return [tellEnd(name, id, observation, job)];
    case 'active':
      if (observation.state === 'pending' || observation.state === 'held' || observation.state === 'starting') return 'job-waits';
      if (observation.state !== 'running' || hasRun(last)) return 'same-job';
      return [
        {
          kind: 'run',
          topic: 'sample-run',
          job: id,
          text: `${name} runs${observation.node === undefined ? '' : ` on ${observation.node}`}`,
        },
      ];
  }
};

function hasRun(last: Observation | null): boolean {
  return last?.kind === 'active' && (last.state === 'running' || last.state === 'completing');
}

function tellEnd(name: string, id: string | null, observation: Extract<Observation, { kind: 'ended' }>, job: JobState | undefined): Told {
  const { startedAt, endedAt, outcome, exitCode, node } = observation;
  const seconds = startedAt === undefined || endedAt === undefined ? null : Math.max(0, (endedAt - startedAt) / 1000);
  const gpus = (job?.spec.resources.gpus ?? 0) * (job?.spec.resources.nodes ?? 1);
  const how = `${outcome.replaceAll('-', ' ')}${exitCode === null ? '' : `, exit code ${exitCode}`}`;
  return {
    kind: 'run',
    topic: 'sample-run',
    job: id,
    text: `${name} ended${seconds === null ? '' : ` after ${formatDuration(seconds)}`}${node === undefined ? '' : ` on ${node}`}: ${how}`,
    figures: listTimes(seconds, gpus, nameWork(job)),
  };
}

/** How long it took and what it took; `work` says what kind of time it was. */
export function listTimes(seconds: number | null, gpus: number, work: string): Figure[] {
  if (seconds === null) return [];
  const time = { name: work, value: seconds, unit: 's' };
  return gpus === 0 ? [time] : [time, { name: GPU_HOURS, value: (seconds * gpus) / 3600, unit: 'GPU-h' }];
}

function nameWork(job: JobState | undefined): string {
  if (job?.plan === undefined) return 'run time';
  return job.plan.mode === 'probe' || INFERS.test(job.plan.command) ? 'inference time' : 'training time';
}

export const tellWarned: Teller<'job.warned'> = ({ change }, before, after) => {
  const job =
    after.jobs.find(({ spec }) => spec.token === change.token)?.ref?.jobId ??
    after.watch?.items.find(({ token }) => token === change.token)?.jobId ??
    null;
  if (change.words !== null) return [{ kind: 'failure', topic: change.kind, job, text: change.words }];
  const raised = before?.warnings.findLast((one) => one.token === change.token && one.kind === change.kind);
  return [{ kind: 'run', topic: change.kind, job, text: `No longer so: ${raised?.words ?? change.kind}` }];
};

/** What was measured, and against the attempt before where the same was measured there. */
export const tellSample: Teller<'sample.examined'> = ({ result }, before) => {
  const figures = listFigures(result);
  const earlier = readEarlier(before);
  const changes = figures.flatMap((figure): Figure[] => {
    const was = figure.unit === '' && figure.name !== 'steps' ? earlier[figure.name] : undefined;
    return was === undefined ? [] : [{ name: `${figure.name} change`, value: figure.value - was, unit: '' }];
  });
  const shown = figures.slice(0, MOST_SHOWN).map(({ name, value, unit }) => {
    const change = changes.find((one) => one.name === `${name} change`);
    const against = change === undefined ? '' : ` (${change.value > 0 ? '+' : ''}${formatNumber(change.value)} against the attempt before)`;
    return `${name} ${unit === 's' ? formatDuration(value) : formatNumber(value)}${against}`;
  });
  const what = result.probe === undefined ? 'Sample measured' : 'Probe measured';
  const text = shown.length === 0 ? `${what}: no numbers in its log` : `${what}: ${shown.join(', ')}`;
  const job = before?.jobs.at(-1)?.ref?.jobId ?? null;
  return [{ kind: 'result', topic: 'sample-run', job, text, figures: [...figures, ...changes] }];
};

function listFigures({ progress, stepsDone, wallSeconds }: SampleResult): Figure[] {
  return [
    ...(stepsDone === null ? [] : [{ name: 'steps', value: stepsDone, unit: '' }]),
    ...(wallSeconds === null ? [] : [{ name: 'wall time', value: wallSeconds, unit: 's' }]),
    ...(progress.loss === null ? [] : [{ name: progress.loss.name, value: progress.loss.last, unit: '' }]),
    ...Object.entries(progress.metrics)
      .filter(([name]) => name !== progress.loss?.name)
      .map(([name, value]) => ({ name, value, unit: '' })),
  ];
}

/** The last that was seen of each measure in the attempts before this one. */
function readEarlier(before: RunState | null): Readonly<Record<string, number>> {
  const jobs = before?.jobs.slice(0, -1).filter((job) => job.progress !== null) ?? [];
  const progress = jobs.at(-1)?.progress;
  if (progress === null || progress === undefined) return {};
  return { ...progress.metrics, ...(progress.loss === null ? {} : { [progress.loss.name]: progress.loss.last }) };
}
