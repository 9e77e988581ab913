/** State of a loop after one more fact. Pure; never changes its input. */
import { META } from './project.ts';
import type { Attempt, ExperimentState, LoopEvent, LoopEventOf, Part, Submission } from './schema.ts';

/** What a loop begins with: nothing is known of the project yet. */
export function openExperiment({ approvers, choices }: Pick<LoopEventOf<'loop.requested'>, 'approvers' | 'choices'>): ExperimentState {
  return {
    approvers,
    choices: choices ?? {},
    project: null,
    rulesSha256: null,
    commit: null,
    files: [],
    terms: null,
    quota: null,
    parts: [],
    turn: 0,
    holds: [],
    paused: null,
    delay: null,
    ideas: [],
    waivers: [],
    looks: [],
    reopening: null,
  };
}

export function applyLoopEvent(exp: ExperimentState, event: LoopEvent): ExperimentState {
  switch (event.type) {
    case 'loop.requested':
      return exp;
    case 'loop.opened':
      return openProject(exp, event);
    case 'loop.held':
      return { ...exp, holds: [...exp.holds, event.hold] };
    case 'loop.hold_answered': {
      const holds = exp.holds.map((hold) => (hold.id === event.id ? { ...hold, answered: { by: event.by, at: event.at } } : hold));
      const kind = exp.holds.find(({ id }) => id === event.id)?.kind;
      return { ...exp, holds, turn: exp.turn + 1, reopening: kind === 'kaggle' || event.closed ? exp.reopening : { reenter: true } };
    }
    case 'loop.delayed':
      return { ...exp, delay: { why: event.why, until: event.until } };
    case 'loop.paused':
      return { ...exp, paused: { by: event.by, at: event.at } };
    case 'loop.resumed':
      return { ...exp, paused: null };
    case 'loop.idea_given':
      return { ...exp, ideas: [...exp.ideas, { text: event.text, by: event.by, at: event.at }] };
    case 'loop.target_waived':
      return { ...exp, waivers: [...exp.waivers, event.waiver] };
    case 'loop.chosen':
      return changePart(exp, event.part, (part) => ({ ...part, chosen: { attempt: event.attempt, by: event.by } }));
    case 'loop.part_closed':
      return closePart(exp, event);
    case 'loop.push_announced':
      return changeSubmission(exp, event.token, { announcedAt: event.at });
    case 'loop.push_withdrawn':
      return changeSubmission(exp, event.token, { announcedAt: null });
    case 'loop.observed':
      return applyLook(exp, event);
    case 'loop.attempt_started':
      return startAttempt(exp, event);
    default:
      return applyAttemptEvent(exp, event);
  }
}

function openProject(exp: ExperimentState, event: LoopEventOf<'loop.opened'>): ExperimentState {
  const { project, rulesSha256, commit, files, terms, quota } = event;
  const names = [...project.features.map(({ name }) => name), ...(project.meta === undefined ? [] : [META])];
  const parts = names.map(
    (name) =>
      exp.parts.find((part) => part.name === name) ?? makePart(name, project.features.find((one) => one.name === name)?.baseline_sha256),
  );
  return {
    ...exp,
    project,
    rulesSha256: exp.rulesSha256 ?? rulesSha256,
    commit,
    files,
    terms,
    quota,
    parts,
    turn: exp.turn + 1,
    reopening: null,
    delay: null,
  };
}

function makePart(name: string, baselineSha256: string | undefined): Part {
  return {
    name,
    kind: name === META ? 'meta' : 'feature',
    status: 'todo',
    reason: '',
    attempts: [],
    chosen: null,
    baselineSha256: baselineSha256 ?? null,
  };
}

function changePart(exp: ExperimentState, name: string, change: (part: Part) => Part): ExperimentState {
  return { ...exp, parts: exp.parts.map((part) => (part.name === name ? change(part) : part)) };
}

function closePart(exp: ExperimentState, { part: name, as, reason, attempt }: LoopEventOf<'loop.part_closed'>): ExperimentState {
  const closed = changePart(exp, name, (part) => {
    const chosen = attempt === null ? part.chosen : { attempt, by: part.chosen?.attempt === attempt ? part.chosen.by : null };
    return { ...part, status: as, reason, chosen };
  });
  // A feature that passes after all gives the meta-model something to join.
  const reopens = as === 'passed' && name !== META;
  return reopens
    ? changePart(closed, META, (part) =>
        part.status === 'left' && part.attempts.length === 0 ? { ...part, status: 'todo', reason: '' } : part,
      )
    : closed;
}

function startAttempt(exp: ExperimentState, event: LoopEventOf<'loop.attempt_started'>): ExperimentState {
  const { attempt: number, idea, ideaBy, similar, at } = event;
  const attempt: Attempt = {
    number,
    startedAt: at,
    idea,
    ideaBy,
    similar,
    stage: 'entrance',
    note: '',
    handedOver: [],
    data: null,
    check: null,
    submissions: [],
    sentBack: [],
    measured: null,
    reruns: [],
    overrides: [],
    decision: null,
    decidedAt: null,
  };
  const used = ideaBy === null ? exp.ideas : exp.ideas.slice(1);
  return changePart({ ...exp, ideas: used }, event.part, (part) => ({ ...part, status: 'running', attempts: [...part.attempts, attempt] }));
}

function changeAttempt(
  exp: ExperimentState,
  { part: name, attempt: number }: { readonly part: string; readonly attempt: number },
  change: (attempt: Attempt) => Attempt,
): ExperimentState {
  return changePart(exp, name, (part) => ({
    ...part,
    attempts: part.attempts.map((attempt) => (attempt.number === number ? change(attempt) : attempt)),
  }));
}

function changeSubmission(exp: ExperimentState, token: string, change: Partial<Submission>): ExperimentState {
  const parts = exp.parts.map((part) => ({
    ...part,
    attempts: part.attempts.map((attempt) =>
      attempt.submissions.some((item) => item.token === token)
        ? { ...attempt, submissions: attempt.submissions.map((item) => (item.token === token ? { ...item, ...change } : item)) }
        : attempt,
    ),
  }));
  return { ...exp, parts };
}

/** Kaggle’s words for a session that can only be the one that was pushed; an ending may be that of the version before. */
const SEEN = new Set(['QUEUED', 'RUNNING', 'CANCEL_REQUESTED']);

function applyLook(exp: ExperimentState, event: LoopEventOf<'loop.observed'>): ExperimentState {
  const { token, observation, progress, at } = event;
  const before = findSubmission(exp, token);
  const ended = observation.kind === 'ended';
  const pushedAt = before?.kernel?.pushedAt;
  return changeSubmission(exp, token, {
    observation,
    sawActive: before?.sawActive === true || (observation.kind === 'active' && SEEN.has(observation.schedulerState)),
    ...(observation.kind === 'no-information' ? {} : { observedAt: at }),
    ...(progress === null ? {} : { progress }),
    ...(ended ? { endedAt: at, seconds: pushedAt === undefined ? null : Math.max(0, (at - pushedAt) / 1000) } : {}),
  });
}

/** The push that carries this token. */
export function findSubmission(exp: ExperimentState, token: string): Submission | undefined {
  return exp.parts.flatMap(({ attempts }) => attempts.flatMap(({ submissions }) => submissions)).find((item) => item.token === token);
}

type AttemptEvent = Extract<LoopEvent, { part: string; attempt: number }>;

function applyAttemptEvent(
  exp: ExperimentState,
  event: Exclude<AttemptEvent, { type: 'loop.attempt_started' | 'loop.chosen' }>,
): ExperimentState {
  const change = (changed: (attempt: Attempt) => Attempt): ExperimentState => changeAttempt(exp, event, changed);
  switch (event.type) {
    case 'loop.stage_entered': {
      const moved = change((attempt) => ({ ...attempt, stage: event.stage, note: event.note }));
      return { ...moved, turn: exp.turn + 1, delay: null };
    }
    case 'loop.handed_over':
      return change((attempt) => ({ ...attempt, handedOver: [...attempt.handedOver, event.handedOver] }));
    case 'loop.data_built':
      return change((attempt) => ({ ...attempt, data: null }));
    case 'loop.data_checked':
      return change((attempt) => ({ ...attempt, data: event.data }));
    case 'loop.notebook_checked': {
      const { passed, errors, warnings, files } = event;
      return change((attempt) => ({ ...attempt, check: { passed, errors, warnings, files } }));
    }
    case 'loop.submission_planned':
      return change((attempt) => ({ ...attempt, submissions: [...attempt.submissions, planSubmission(event.token, event.rerun)] }));
    case 'loop.submitted':
      return changeSubmission(exp, event.kernel.token, { kernel: event.kernel });
    case 'loop.fetched':
      return exp;
    case 'loop.judged': {
      const judged = change((attempt) => ({ ...attempt, measured: event.measured }));
      return pinBaseline({ ...judged, looks: [...exp.looks, ...event.looks] }, event);
    }
    case 'loop.rerun_measured': {
      const measured = change((attempt) => ({ ...attempt, reruns: [...attempt.reruns, event.value] }));
      return { ...measured, looks: [...exp.looks, ...event.looks] };
    }
    case 'loop.sent_back':
      return change((attempt) => ({ ...attempt, sentBack: [...attempt.sentBack, event.sentBack] }));
    case 'loop.decided':
      return change((attempt) => ({ ...attempt, decision: event.decision, decidedAt: event.at, stage: 'decide' }));
    case 'gate.overruled':
      return change((attempt) => ({ ...attempt, overrides: [...attempt.overrides, event.override] }));
  }
}

function planSubmission(token: string, rerun: number): Submission {
  return {
    token,
    rerun,
    announcedAt: null,
    kernel: null,
    observation: null,
    observedAt: null,
    sawActive: false,
    progress: null,
    seconds: null,
    endedAt: null,
  };
}

/** The first judged attempt fixes what all later ones are compared with. */
function pinBaseline(exp: ExperimentState, { part: name, measured }: LoopEventOf<'loop.judged'>): ExperimentState {
  return changePart(exp, name, (part) => ({ ...part, baselineSha256: part.baselineSha256 ?? measured.report?.baselineSha256 ?? null }));
}
