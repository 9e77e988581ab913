import { correctBest } from '../../gates/looks.ts';
import { formatDuration, formatNumber } from '../../run/format.ts';
import type { Line, Part as ViewPart, Slot, StepMark } from '../../run/slots.ts';
import { findOpenApproval, type RunState } from '../../run/state.ts';
import { describeObservation, showClock } from '../../run/view/job.ts';
import { nameRun } from '../../run/view/name.ts';
import { findCurrentPart, findHold, findPlace, findSubmissionNow } from '../move.ts';
import type { ExperimentState, Hold, Part } from '../schema.ts';
import { countMost, findNoise, listJudged } from '../stop.ts';
import { describeExceptions, isPassed } from '../verdicts.ts';
import { viewStageAgents } from './agents.ts';
import { viewAttempts } from './attempt.ts';

/** The thread of an experiment: its root, its replies with their times, its last word. */
export function viewExperiment(state: RunState, exp: ExperimentState): { root: Slot; replies: { slot: Slot; at: number }[]; end: Slot[] } {
  const holds = exp.holds.map((hold) => ({ slot: viewHold(state, hold), at: hold.at }));
  return {
    root: viewExperimentStatus(state, exp),
    replies: [...viewAttempts(exp), ...viewStageAgents(state), ...holds],
    end: viewEnd(state, exp),
  };
}

/** The root: what is tried, how far each part has come, and what is waited for. */
export function viewExperimentStatus(state: RunState, exp: ExperimentState): Slot {
  const title = `Experiment ${nameRun(state)} on Kaggle`;
  const headline = describeHeadline(state, exp);
  const goal: Line[] = exp.project === null ? [] : [[{ text: 'Goal: ', style: 'bold' }, { text: exp.project.goal }]];
  const parts: ViewPart[] = [
    { kind: 'heading', text: title },
    { kind: 'text', lines: [headline, ...goal] },
    {
      kind: 'steps',
      items: exp.parts.map((part) => ({ label: part.name, mark: markPart(state, exp, part), detail: detailPart(exp, part) })),
    },
    { kind: 'quiet', lines: describeFooter(state) },
    ...viewButtons(state),
  ];
  const plain = typeof headline === 'string' ? headline : headline.map((span) => span.text).join('');
  return { name: 'status', place: 'root', mention: [], summary: `${title}: ${plain}`, parts, files: [] };
}

function describeHeadline(state: RunState, exp: ExperimentState): Line {
  if (state.verdict !== null) return [{ text: state.verdict.as, style: 'bold' }, { text: ` – ${state.verdict.reason}` }];
  if (exp.project === null) return exp.delay === null ? 'Reading the project' : `Reading the project: ${exp.delay.why}`;
  const open = findOpenApproval(state);
  if (open !== undefined) return [{ text: 'Waiting for a person', style: 'bold' }, { text: `: ${open.title}` }];
  const hold = findHold(exp);
  if (hold !== undefined) return [{ text: 'Waiting for a person', style: 'bold' }, { text: `: ${hold.title}` }];
  const place = findPlace(exp);
  const at = place === null ? '' : `${place.part.name}, attempt ${place.attempt.number}: `;
  if (exp.paused !== null) return [{ text: 'Paused', style: 'bold' }, { text: '; what runs at Kaggle goes on and is watched' }];
  if (exp.delay !== null)
    return [{ text: at }, { text: 'waits', style: 'bold' }, { text: ` – ${exp.delay.why}, until ` }, showClock(exp.delay.until)];
  if (place === null) return 'Beginning';
  const now = findSubmissionNow(place.attempt);
  if (place.attempt.stage !== 'watch' || now === undefined) return `${at}${place.attempt.stage.replaceAll('_', ' ')}`;
  const seen = describeObservation(now);
  return [{ text: at }, ...(typeof seen === 'string' ? [{ text: seen }] : seen)];
}

function markPart(state: RunState, exp: ExperimentState, part: Part): StepMark {
  if (part.status === 'passed') return 'done';
  if (part.status === 'left') return 'failed';
  if (part.status === 'todo') return 'todo';
  return findHold(exp) !== undefined || findOpenApproval(state) !== undefined ? 'waiting' : 'running';
}

function detailPart(exp: ExperimentState, part: Part): string {
  const { project } = exp;
  if (part.attempts.length === 0) return part.reason;
  const judged = listJudged(part).length;
  const best = listJudged(part).reduce<number | null>((top, { measured }) => Math.max(top ?? -Infinity, measured?.gain ?? -Infinity), null);
  return [
    `attempt ${part.attempts.length}`,
    project === null ? '' : `${judged} of ${countMost(project, part)} judged`,
    best === null || !Number.isFinite(best) ? '' : `best gain ${formatNumber(best)} ${project?.stop.metric ?? ''}`.trim(),
    part.reason,
  ]
    .filter((text) => text !== '')
    .join(' · ');
}

function describeFooter(state: RunState): Line[] {
  const { by, at, repo } = state.request;
  const end = state.finishedAt ?? state.updatedAt;
  return [
    [
      { text: `run ${state.id} · ${repo?.url ?? ''} · asked by ` },
      { text: by, user: by },
      { text: ' at ' },
      showClock(at),
      { text: ` · ${state.finishedAt === null ? 'so far' : 'took'} ${formatDuration((end - at) / 1000)}, as of ` },
      showClock(end),
    ],
  ];
}

function viewButtons(state: RunState): ViewPart[] {
  if (state.verdict?.as === 'STOPPED') return [{ kind: 'buttons', items: [{ action: 'resume', label: 'Go on', value: state.id }] }];
  if (state.verdict !== null) return [];
  const confirm = {
    title: 'Stop this experiment?',
    text: 'Nothing more is pushed. What runs at Kaggle goes on there; its page has a button that ends it.',
    ok: 'Stop the experiment',
  };
  return [{ kind: 'buttons', items: [{ action: 'cancel', label: 'Stop', style: 'danger', value: state.id, confirm }] }];
}

/** A request to a person, with the address where it can be done. */
function viewHold(state: RunState, hold: Hold): Slot {
  const answered: ViewPart =
    hold.answered === null
      ? { kind: 'buttons', items: [{ action: 'resume', label: 'Done, go on', style: 'primary', value: state.id }] }
      : {
          kind: 'quiet',
          lines: [
            [{ text: 'Seen to by ' }, { text: hold.answered.by, user: hold.answered.by }, { text: ' at ' }, showClock(hold.answered.at)],
          ],
        };
  return {
    name: `hold:${hold.id}`,
    place: 'reply',
    mention: hold.answered === null ? [state.request.by] : [],
    summary: hold.title,
    parts: [
      { kind: 'heading', text: hold.title },
      { kind: 'text', lines: [`${hold.part}, attempt ${hold.attempt}: ${hold.text}`, ...(hold.link === null ? [] : [hold.link])] },
      ...(state.verdict === null || hold.answered !== null ? [answered] : []),
    ],
    files: [],
  };
}

/** The last word: what passed, what did not, what luck may have had to do with it, and what people decided against the numbers. */
function viewEnd(state: RunState, exp: ExperimentState): Slot[] {
  const { verdict } = state;
  if (verdict === null) return [];
  const title = `${verdict.as}: ${nameRun(state)}`;
  const exceptions = exp.parts.flatMap((part) => describeExceptions(exp, part));
  const lines: Line[] = [verdict.reason, ...exp.parts.filter(({ attempts }) => attempts.length > 0).map((part) => describePart(exp, part))];
  const parts: ViewPart[] = [
    { kind: 'heading', text: title },
    { kind: 'text', lines },
    ...(exceptions.length === 0 ? [] : [{ kind: 'text' as const, lines: exceptions.map((text): Line => [{ text, style: 'bold' }]) }]),
    {
      kind: 'quiet',
      lines: [`${exp.looks.length} looks at the test set · rules ${exp.rulesSha256?.slice(0, 12) ?? ''} · record of this run: ${state.id}`],
    },
  ];
  return [
    {
      name: `result:${state.finishes}`,
      place: 'reply',
      mention: [state.request.by],
      summary: `${title} – ${verdict.reason}`,
      parts,
      files: [],
    },
  ];
}

function describePart(exp: ExperimentState, part: Part): Line {
  const chosen = part.attempts.find(({ number }) => number === part.chosen?.attempt);
  const byWord = chosen !== undefined && isPassed(exp, chosen) && chosen.overrides.length > 0 ? ' (overruled)' : '';
  const corrected = correctBest(
    exp.looks.filter(({ attempt }) => attempt.startsWith(`${part.name} `)),
    exp.project?.stop.metric ?? '',
    'higher',
    findNoise(part)?.deviation ?? null,
  );
  const luck =
    corrected === null || corrected.looks < 2
      ? ''
      : ` Best gain ${formatNumber(corrected.best.value)} in ${corrected.looks} looks, ${formatNumber(corrected.corrected)} without the luck of looking often.`;
  return [{ text: `${part.name}: `, style: 'bold' }, { text: `${part.status}${byWord} – ${part.reason}.${luck}` }];
}

/** Where a loop stands in a few words, for lists. */
export function describeLoop(exp: ExperimentState): string {
  const part = findCurrentPart(exp);
  if (exp.project === null || part === undefined) return 'beginning';
  const place = findPlace(exp);
  return place === null ? part.name : `${part.name} attempt ${place.attempt.number}, ${place.attempt.stage.replaceAll('_', ' ')}`;
}
