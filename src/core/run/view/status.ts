import { formatDuration } from '../format.ts';
import type { Line, Part, Slot, StepMark } from '../slots.ts';
import { findCurrentStep, findLastJob, findOpenApproval, findSession, needsLogin, type RunState, type StepState } from '../state.ts';
import { viewCurves } from './curves.ts';
import { describeObservation, showClock, viewProgress, type SeenJob } from './job.ts';
import { nameRun } from './name.ts';

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
    { kind: 'heading', text: `${nameRun(state)} on ${state.request.site}` },
    { kind: 'text', lines: [headline] },
    {
      kind: 'steps',
      items: state.steps.map((step) => ({ label: LABELS[step.name], mark: markStep(state, step), detail: detailStep(state, step) })),
    },
    ...viewOwnProgress(state),
    { kind: 'quiet', lines: describeFooter(state) },
    ...viewButtons(state),
  ];
  const plain = typeof headline === 'string' ? headline : headline.map((span) => span.text).join('');
  return { name: 'status', place: 'root', mention: [], summary: `${nameRun(state)} on ${state.request.site}: ${plain}`, parts, files: [] };
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
  const own = state.approvals.filter(
    (item) => item.step === step.name && item.attempt === step.attempt && item.action.kind !== 'run-command',
  );
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
  const session = findSession(state);
  if (session !== undefined && !session.aside) {
    return session.status === 'waiting' ? [{ text: 'The agent waits for a person', style: 'bold' }] : 'The agent is looking for the cause';
  }
  const step = findCurrentStep(state);
  if (step === undefined) return 'Finishing';
  if (step.phase === 'watch') return describeObservation(findLastJob(state) ?? null);
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

function viewOwnProgress(state: RunState): Part[] {
  const job = findLastJob(state);
  if (job === undefined || findCurrentStep(state)?.phase !== 'watch') return [];
  const seen: SeenJob = {
    ...job,
    limitSeconds: job.spec.resources.timeLimitSeconds,
    stopsByClock: state.sample?.plan.stopsByClock === true,
  };
  return [...viewProgress(seen), ...viewCurves(state, false)];
}

function describeFooter(state: RunState): Line[] {
  const { repo, by, at } = state.request;
  const end = state.finishedAt ?? state.updatedAt;
  const where = joinDetails([repo?.url ?? '', repo?.ref ?? '', repo?.subfolder ?? '']);
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
