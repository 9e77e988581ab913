import { foldFact, openSession } from '../agent-session/session.ts';
import { NO_ADJUSTMENT, StepName, type RunEvent } from './events.ts';
import type { JobState, RunState, StepState } from './state.ts';
import { RunState as RunStateSchema } from './state.ts';
import { applyWarning } from './warnings.ts';
import { applyExamined, applyLooks, openWatch } from './watch.ts';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** State after one more event. Pure; never changes its input. The first event must be run.requested, watch.requested or run.restored. */
export function foldEvent(state: RunState | null, event: RunEvent): RunState {
  if (event.type === 'run.requested') {
    const asked = event.assistant === undefined ? {} : { assistant: event.assistant };
    return { ...openRun(event), request: { ...readRequest(event, event.repo), ...asked }, steps: listSteps() };
  }
  if (event.type === 'watch.requested')
    return { ...openRun({ ...event, kind: 'watch' }), request: readRequest(event, null), watch: openWatch(event) };
  if (event.type === 'run.restored') return { ...RunStateSchema.parse(event.state), version: 1, restored: true, updatedAt: event.at };
  if (state === null) throw new Error(`a journal cannot begin with ${event.type}`);
  return { ...applyEvent(state, event), version: state.version + 1, updatedAt: event.at };
}

/** State after all events, from nothing or from an earlier state. */
export function foldEvents(events: readonly RunEvent[], from: RunState | null = null): RunState | null {
  return events.reduce<RunState | null>(foldEvent, from);
}

type Opening = Pick<EventOf<'run.requested'>, 'runId' | 'by' | 'channel' | 'site' | 'at'>;

function readRequest({ by, channel, at, site }: Opening, repo: RunState['request']['repo']): RunState['request'] {
  return { by, channel, at, repo, site };
}

function listSteps(): StepState[] {
  return StepName.options.map((name) => ({
    name,
    status: 'todo',
    phase: null,
    attempt: 0,
    startedAt: null,
    endedAt: null,
    summary: '',
    delay: null,
  }));
}

/** What every run begins with, whatever its kind. */
function openRun(event: Opening & Pick<RunState, 'kind'>): Omit<RunState, 'request'> {
  const { runId, kind, at } = event;
  return {
    schemaVersion: 1,
    id: runId,
    kind,
    version: 1,
    restored: false,
    thread: null,
    steps: [],
    watch: null,
    warnings: [],
    approvals: [],
    jobs: [],
    clone: null,
    map: null,
    env: null,
    sample: null,
    documents: {},
    adjustment: NO_ADJUSTMENT,
    agents: [],
    failures: [],
    notes: [],
    cancel: null,
    verdict: null,
    finishes: 0,
    finishedAt: null,
    updatedAt: at,
  };
}

type Applied = Exclude<RunEvent, { type: 'run.requested' | 'watch.requested' | 'run.restored' }>;

function applyEvent(state: RunState, event: Applied): RunState {
  if (event.type.startsWith('step.')) return applyStepEvent(state, event);
  if (event.type.startsWith('approval.')) return applyApprovalEvent(state, event);
  if (state.watch !== null && event.type === 'watch.observed') return { ...state, watch: applyLooks(state.watch, event.looks, event.at) };
  if (state.watch !== null && event.type === 'watch.examined')
    return { ...state, watch: applyExamined(state.watch, event.found, event.at) };
  return applyResultEvent(state, event);
}

function changeStep(state: RunState, name: StepState['name'], change: Partial<StepState>): RunState {
  return { ...state, steps: state.steps.map((step) => (step.name === name ? { ...step, ...change } : step)) };
}

function applyStepEvent(state: RunState, event: Applied): RunState {
  switch (event.type) {
    case 'step.started':
      return changeStep(state, event.step, {
        status: 'running',
        phase: event.phase,
        attempt: event.attempt,
        startedAt: event.at,
        endedAt: null,
        delay: null,
        approvedAs: event.approvedAs,
      });
    case 'step.retrying': {
      const { until, number, of, exclude } = event;
      const failures = state.failures.map((item, index) =>
        index === state.failures.length - 1 ? { ...item, retry: { until, number, of, exclude } } : item,
      );
      return changeStep({ ...state, failures }, event.step, { status: 'running', phase: 'retry', endedAt: null });
    }
    case 'step.phase':
      return changeStep(state, event.step, { phase: event.phase, delay: null });
    case 'step.done':
      return changeStep(state, event.step, { status: 'done', phase: null, endedAt: event.at, summary: event.summary, delay: null });
    case 'step.delayed':
      return changeStep(state, event.step, { delay: { why: event.why, until: event.until, needs: event.needs } });
    case 'step.failed': {
      const failed = { step: event.step, attempt: event.attempt, at: event.at, failure: event.failure, next: '', history: event.history };
      return {
        ...changeStep(state, event.step, {
          status: 'failed',
          phase: null,
          endedAt: event.at,
          summary: event.failure.title,
          delay: null,
        }),
        failures: [...state.failures, failed],
      };
    }
    case 'step.reset':
      return changeStep(state, event.step, { status: 'todo', phase: null, summary: event.why, delay: null });
    default:
      return state;
  }
}

function applyApprovalEvent(state: RunState, event: Applied): RunState {
  const settle = (id: number, settled: NonNullable<RunState['approvals'][number]['settled']>): RunState => ({
    ...state,
    approvals: state.approvals.map((approval) => (approval.id === id ? { ...approval, settled } : approval)),
  });
  switch (event.type) {
    case 'approval.requested': {
      const { id, step, attempt, title, action, digest, overBudget, at } = event;
      const asked = { id, step, attempt, title, action, digest, ...(overBudget === undefined ? {} : { overBudget }) };
      return { ...state, approvals: [...state.approvals, { ...asked, requestedAt: at, settled: null }] };
    }
    case 'approval.granted':
      return settle(event.id, readGrant(event));
    case 'approval.edited':
      return settle(event.id, { as: 'edited', by: event.by, at: event.at, reason: '', via: 'button', command: event.command });
    case 'approval.expired':
      return settle(event.id, { as: 'expired', by: '', at: event.at, reason: 'nobody answered', via: '' });
    case 'approval.rejected':
      return settle(event.id, { as: 'rejected', by: event.by, at: event.at, reason: event.reason, via: event.via });
    case 'approval.withdrawn':
      return settle(event.id, { as: 'withdrawn', by: '', at: event.at, reason: event.why, via: '' });
    default:
      return state;
  }
}

function readGrant({
  by,
  at,
  via,
  reach,
  editOf,
  overBudget,
}: EventOf<'approval.granted'>): NonNullable<RunState['approvals'][number]['settled']> {
  const more = {
    ...(reach === undefined ? {} : { reach }),
    ...(editOf === undefined ? {} : { editOf }),
    ...(overBudget === undefined ? {} : { overBudget }),
  };
  return { as: 'granted', by, at, reason: '', via, ...more };
}

function applyResultEvent(state: RunState, event: Applied): RunState {
  switch (event.type) {
    case 'thread.opened':
      return { ...state, thread: { channel: event.channel, ts: event.ts } };
    case 'repo.cloned': {
      const { commit, committedAt, sizeBytes, files } = event;
      return { ...state, clone: { commit, committedAt, sizeBytes, files } };
    }
    case 'repo.mapped':
      return { ...state, map: event.map };
    case 'env.planned':
      return { ...state, env: { plan: event.plan, runFolder: event.runFolder, built: null } };
    case 'env.built':
      return state.env === null ? state : { ...state, env: { ...state.env, built: event.packages } };
    case 'sample.examined':
      return state.sample === null ? state : { ...state, sample: { ...state.sample, result: event.result } };
    case 'agent.fact':
      return { ...state, agents: foldAgent(state.agents, event) };
    case 'plan.adjusted':
      return noteNextMove({ ...state, adjustment: event.adjustment }, event.why);
    case 'document.written':
      return { ...state, documents: { ...state.documents, [event.path]: event.content } };
    case 'note.added':
      return { ...state, notes: [...state.notes, { by: event.by, text: event.text, ts: event.ts, at: event.at }] };
    case 'cancel.requested':
      return { ...state, cancel: { by: event.by, reason: event.reason, at: event.at } };
    case 'run.resumed':
      return { ...state, verdict: null, finishedAt: null, cancel: null };
    case 'run.finished':
      return {
        ...state,
        verdict: event.verdict,
        finishes: state.finishes + 1,
        finishedAt: event.at,
        agents: state.agents.map((agent) => stopSession(agent, event)),
      };
    default:
      return applyJobEvent(state, event);
  }
}

function applyJobEvent(state: RunState, event: Applied): RunState {
  switch (event.type) {
    case 'sample.planned': {
      const attempt = state.steps.find((step) => step.name === 'sample-run')?.attempt ?? 1;
      const job: JobState = { spec: event.spec, plan: event.plan, attempt, ref: null, observation: null, observedAt: null, progress: null };
      return { ...state, sample: { plan: event.plan, result: null }, jobs: [...state.jobs, job] };
    }
    case 'job.submitted':
      return changeJob(state, event.ref.token, { ref: event.ref });
    case 'job.observed': {
      const { observation, progress } = event;
      return changeJob(state, event.token, {
        observation,
        // A look that told nothing does not make what is known any younger.
        ...(observation.kind === 'no-information' ? {} : { observedAt: event.at }),
        ...(observation.kind === 'active' ? { lastActive: observation } : {}),
        ...(progress === null ? {} : { progress, progressAt: event.at }),
      });
    }
    case 'job.warned':
      return { ...state, warnings: applyWarning(state.warnings, event.change, event.at) };
    default:
      return state;
  }
}

function changeJob(state: RunState, token: string, change: Partial<JobState>): RunState {
  return { ...state, jobs: state.jobs.map((job) => (job.spec.token === token ? { ...job, ...change } : job)) };
}

/** The newest failure remembers what was done about it, so that its message in the thread can say so. */
function noteNextMove(state: RunState, next: string): RunState {
  return { ...state, failures: state.failures.map((item, index) => (index === state.failures.length - 1 ? { ...item, next } : item)) };
}

function foldAgent(agents: RunState['agents'], { session, fact, at }: EventOf<'agent.fact'>): RunState['agents'] {
  if (fact.kind === 'started') return [...agents, openSession(session, fact, at)];
  return agents.map((agent) => (agent.id === session ? foldFact(agent, fact, at) : agent));
}

/** A run that is over has no agent at work for it, also when it is resumed later; one that works beside it ends with a cancel only. */
function stopSession(agent: RunState['agents'][number], { verdict, at }: EventOf<'run.finished'>): RunState['agents'][number] {
  const goesOn = agent.aside && verdict.as !== 'CANCELLED' && verdict.as !== 'STOPPED';
  if (agent.status === 'ended' || goesOn) return agent;
  return foldFact(agent, { kind: 'ended', as: 'stopped', report: 'the run ended before', proposal: null }, at);
}
