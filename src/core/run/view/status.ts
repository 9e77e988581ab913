import { formatDuration, formatNumber } from '../format.ts';
import type { Line, Part, Slot, Span, StepMark } from '../slots.ts';
import { findCurrentStep, findLastJob, findOpenApproval, type JobState, type RunState, type StepState } from '../state.ts';

const LABELS: Readonly<Record<StepState['name'], string>> = {
  clone: 'Clone the repository',
  'navigate-repo': 'Read and map it',
  'resolve-deps': 'Plan the environment',
  'build-env': 'Build the environment',
  'sample-run': 'Sample run',
};

/** The root of the thread: where the run stands, edited in place. */
export function viewStatus(state: RunState): Slot {
  const headline = describeHeadline(state);
  const parts: Part[] = [
    { kind: 'heading', text: `${nameRepo(state)} on ${state.request.site}` },
    { kind: 'text', lines: [headline] },
    {
      kind: 'steps',
      items: state.steps.map((step) => ({ label: LABELS[step.name], mark: markStep(state, step), detail: detailStep(state, step) })),
    },
    ...viewProgress(state),
    { kind: 'quiet', lines: describeFooter(state) },
    ...viewButtons(state),
  ];
  const plain = typeof headline === 'string' ? headline : headline.map((span) => span.text).join('');
  return { name: 'status', place: 'root', mention: [], summary: `${nameRepo(state)} on ${state.request.site}: ${plain}`, parts, files: [] };
}

/** `owner/name`, or the last part of the address. */
export function nameRepo(state: RunState): string {
  const { url, subfolder } = state.request.repo;
  const parts = url
    .replace(/\.git$/, '')
    .replace(/\/+$/, '')
    .split(/[/:]/)
    .filter((part) => part !== '');
  const hosted = /^(https?:|ssh:|[^/]+@)/.test(url) && parts.length >= 2;
  const name = hosted ? parts.slice(-2).join('/') : (parts.at(-1) ?? url);
  return subfolder === '' ? name : `${name}/${subfolder}`;
}

function markStep(state: RunState, step: StepState): StepMark {
  if (step.status !== 'running') return step.status;
  if (state.verdict !== null) return step.status === 'running' ? 'failed' : step.status;
  return step.phase === 'approval' ? 'waiting' : 'running';
}

function detailStep(state: RunState, step: StepState): string {
  const attempt = step.attempt > 1 ? `attempt ${step.attempt}` : '';
  if (step.delay !== null) return joinDetails([attempt, step.delay.why]);
  const took =
    step.status === 'done' && step.startedAt !== null && step.endedAt !== null
      ? formatDuration((step.endedAt - step.startedAt - measureWaiting(state, step)) / 1000)
      : '';
  return joinDetails([attempt, step.summary, took]);
}

/** Milliseconds for which this attempt of a step waited for a person's answer; they are no work of the step. */
function measureWaiting(state: RunState, step: StepState): number {
  const own = state.approvals.filter((item) => item.step === step.name && item.attempt === step.attempt);
  return own.reduce((sum, item) => sum + (item.settled === null ? 0 : item.settled.at - item.requestedAt), 0);
}

function joinDetails(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

function describeHeadline(state: RunState): Line {
  if (state.verdict !== null) return [{ text: state.verdict.as, style: 'bold' }, { text: ` – ${state.verdict.reason}` }];
  if (state.cancel !== null) return [{ text: 'Cancelling', style: 'bold' }, { text: '; waiting for the job to end' }];
  const open = findOpenApproval(state);
  if (open !== undefined) return [{ text: 'Waiting for a person', style: 'bold' }, { text: `: ${open.title}` }];
  const step = findCurrentStep(state);
  if (step === undefined) return 'Finishing';
  if (step.phase === 'watch') return describeJob(findLastJob(state));
  if (step.phase === 'submit') return 'Submitting the sample job';
  if (step.phase === 'retry') return describeRetry(state);
  if (step.phase === 'examine') return 'Reading what the job left';
  return LABELS[step.name];
}

function describeRetry(state: RunState): Line {
  const retry = state.failures.at(-1)?.retry;
  if (retry === undefined) return 'Trying again';
  return [
    { text: 'Trying again', style: 'bold' },
    { text: ' at ' },
    showClock(retry.until),
    { text: `, attempt ${retry.number} of ${retry.of}` },
  ];
}

const JOB_STATES: Readonly<Record<string, string>> = {
  pending: 'Waiting in the queue',
  held: 'Held in the queue',
  starting: 'Starting',
  running: 'Running',
  suspended: 'Suspended',
  completing: 'Finishing',
};

function describeJob(job: JobState | undefined): Line {
  const observation = job?.observation;
  if (observation === undefined || observation === null) return 'Submitted; not seen in the queue yet';
  if (observation.kind === 'missing' || observation.kind === 'no-information') return `No news of the job: ${observation.why}`;
  if (observation.kind === 'ended') return `Ended: ${observation.outcome}`;
  const reason = observation.reason === undefined || observation.state === 'running' ? '' : ` (${observation.reason})`;
  const spans: Span[] = [{ text: JOB_STATES[observation.state] ?? observation.state, style: 'bold' }, { text: reason }];
  if (observation.startEstimate !== undefined && observation.state === 'pending') {
    spans.push(
      { text: '; the scheduler guesses a start at ' },
      { text: new Date(observation.startEstimate).toISOString(), time: observation.startEstimate },
    );
  }
  return spans;
}

function viewProgress(state: RunState): Part[] {
  const job = findLastJob(state);
  const progress = job?.progress;
  if (job === undefined || progress === undefined || progress === null || findCurrentStep(state)?.phase !== 'watch') return [];
  const position =
    progress.current === null
      ? ''
      : `${progress.unit ?? 'step'} ${progress.current}${progress.total === null ? '' : ` of ${progress.total}`}`;
  const parts: Part[] = [];
  if (progress.fraction !== null) parts.push({ kind: 'bar', fraction: progress.fraction, label: position });
  const facts: Line[] = [];
  if (progress.fraction === null && position !== '') facts.push(position);
  if (progress.loss !== null) {
    facts.push(`${progress.loss.name} ${formatNumber(progress.loss.last)} (was ${formatNumber(progress.loss.first)})`);
  }
  if (progress.eta !== null && job.observedAt !== null) facts.push(describeEta(state, job, progress.eta, job.observedAt));
  return facts.length === 0 ? parts : [...parts, { kind: 'text', lines: facts }];
}

function describeEta(state: RunState, job: JobState, eta: { low: number; likely: number; high: number }, seenAt: number): Line {
  const limit = findLimit(job);
  if (limit !== null && seenAt + eta.likely * 1000 > limit) {
    const whole = `all of it would take about ${formatDuration(eta.likely)} more`;
    const planned = state.sample?.plan.stopsByClock === true ? 'The clock stops it, as planned, at ' : 'Its time limit will stop it at ';
    return [{ text: planned }, showClock(limit), { text: `; ${whole}` }];
  }
  const end = seenAt + eta.likely * 1000;
  const spread = `${formatDuration(eta.low)} – ${formatDuration(eta.high)}`;
  return [{ text: `About ${formatDuration(eta.likely)} to go (${spread}), done near ` }, showClock(end)];
}

function showClock(at: number): Span {
  return { text: `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`, time: at };
}

/** When the time limit ends the job, as far as its start is known. */
function findLimit(job: JobState): number | null {
  const { observation, spec } = job;
  if (observation?.kind !== 'active') return null;
  if (observation.limitAt !== undefined) return observation.limitAt;
  return observation.startedAt === undefined ? null : observation.startedAt + spec.resources.timeLimitSeconds * 1000;
}

function describeFooter(state: RunState): Line[] {
  const { repo, by, at } = state.request;
  const end = state.finishedAt ?? state.updatedAt;
  const where = joinDetails([repo.url, repo.ref ?? '', repo.subfolder]);
  return [
    [
      { text: `run ${state.id} · ${where} · asked by ` },
      { text: by, user: by },
      { text: ' at ' },
      { text: new Date(at).toISOString(), time: at },
      { text: ` · ${state.finishedAt === null ? 'so far' : 'took'} ${formatDuration((end - at) / 1000)}` },
      // The message is edited when something happens; until then the clock says how old it is.
      ...(state.finishedAt === null ? [{ text: ', as of ' }, { text: new Date(end).toISOString(), time: end }] : []),
    ],
  ];
}

/** Whether the cluster waits for a password or a one-time code. */
function needsLogin(state: RunState): boolean {
  const observation = findLastJob(state)?.observation;
  if (observation?.kind === 'no-information' && observation.needs === 'login') return true;
  return findCurrentStep(state)?.delay?.needs === 'login';
}

function viewButtons(state: RunState): Part[] {
  if (state.verdict?.as === 'READY') return [];
  if (state.verdict !== null) return [{ kind: 'buttons', items: [{ action: 'resume', label: 'Try again', value: state.id }] }];
  if (state.cancel !== null) return [];
  const confirm = {
    title: 'Cancel this run?',
    text: 'A job that runs will be ended. What was found so far stays in the thread.',
    ok: 'Cancel the run',
  };
  const login = needsLogin(state) ? [{ action: 'login' as const, label: 'Log in…', style: 'primary' as const, value: state.id }] : [];
  return [{ kind: 'buttons', items: [...login, { action: 'cancel', label: 'Cancel', style: 'danger', value: state.id, confirm }] }];
}
