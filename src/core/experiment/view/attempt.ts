import { formatDuration, formatNumber } from '../../run/format.ts';
import type { Line, Part as ViewPart, Slot, Span } from '../../run/slots.ts';
import { describeObservation, viewProgress } from '../../run/view/job.ts';
import { findSubmissionNow } from '../move.ts';
import type { Attempt, ExperimentState, Part, StoredCheck, StoredReport, Submission } from '../schema.ts';
import { Stage } from '../stages.ts';
import { findNoise } from '../stop.ts';
import { describeExceptions, findWaiver, isPassed } from '../verdicts.ts';
import { viewPictures } from './pictures.ts';

/** One message an attempt: where its pipeline stands, the numbers with their limits, what was decided and why. */
export function viewAttempts(exp: ExperimentState): { slot: Slot; at: number }[] {
  return exp.parts.flatMap((part) => part.attempts.map((attempt) => ({ slot: viewAttempt(exp, part, attempt), at: attempt.startedAt })));
}

function viewAttempt(exp: ExperimentState, part: Part, attempt: Attempt): Slot {
  const title = part.kind === 'meta' ? `Meta-model, attempt ${attempt.number}` : `${part.name}, attempt ${attempt.number}`;
  const word = describeOutcome(exp, attempt);
  const exceptions = describeExceptions(exp, { ...part, attempts: [attempt] });
  const parts: ViewPart[] = [
    { kind: 'heading', text: `${title} – ${word}` },
    ...describeIdea(attempt),
    { kind: 'code', text: drawPipeline(attempt) },
    ...viewNow(attempt),
    ...viewTable(exp, part, attempt),
    ...viewSentBack(attempt),
    ...(exceptions.length === 0 ? [] : [{ kind: 'text' as const, lines: exceptions.map((text): Line => [{ text, style: 'bold' }]) }]),
    ...viewDecision(part, attempt),
    ...viewPictures(exp, part, attempt),
    { kind: 'quiet', lines: describeCosts(attempt) },
  ];
  return { name: `attempt:${part.name}:${attempt.number}`, place: 'reply', mention: [], summary: `${title}: ${word}.`, parts, files: [] };
}

/** One word for where an attempt stands; a failed gate stays failed here whoever overruled it. */
function describeOutcome(exp: ExperimentState, attempt: Attempt): string {
  const { measured } = attempt;
  if (measured === null) return attempt.decision === null ? 'running' : 'not measured';
  if (!isPassed(exp, attempt)) return 'failed';
  const byWord = attempt.overrides.length > 0 || (measured.targets ?? []).some(({ passed }) => !passed);
  return byWord ? 'failed, and allowed by a person' : 'passed';
}

function describeIdea({ idea, ideaBy, similar }: Attempt): ViewPart[] {
  if (idea === null) return [];
  const by: Span[] = ideaBy === null ? [] : [{ text: ' – ' }, { text: ideaBy, user: ideaBy }];
  const alike = similar.map(
    (item): Line => `Said before in ${item.attempt} (${Math.round(item.similarity * 100)} % alike), where it failed: ${item.why}.`,
  );
  return [{ kind: 'text', lines: [[{ text: 'Idea: ', style: 'bold' }, { text: idea }, ...by], ...alike] }];
}

const SHORT: readonly (readonly [Stage, string])[] = [
  ['architect', 'design'],
  ['datachecker', 'data'],
  ['check_notebook', 'check'],
  ['submit', 'submit'],
  ['watch', 'Kaggle'],
  ['fetch', 'fetch'],
  ['evaluator', 'judge'],
  ['decide', 'decide'],
];
const ORDER: readonly Stage[] = Stage.options;

/** `design ✓ → data ✓ → check ● → …`: what is behind, where it stands, what is to come. */
export function drawPipeline(attempt: Pick<Attempt, 'stage' | 'decision'>): string {
  const at = ORDER.indexOf(attempt.stage);
  const marks = SHORT.map(([stage, label]) => {
    const place = ORDER.indexOf(stage);
    const previous = ORDER.indexOf(SHORT[SHORT.findIndex(([one]) => one === stage) - 1]?.[0] ?? 'entrance');
    if (attempt.decision !== null || place < at) return `${label} ✓`;
    return place === at || (at > previous && at < place) || (at === 0 && stage === 'architect') ? `${label} ●` : `${label} ·`;
  });
  return marks.join(' → ');
}

function viewNow(attempt: Attempt): ViewPart[] {
  if (attempt.decision !== null) return [];
  const now = findSubmissionNow(attempt);
  const lines: Line[] = [
    [{ text: attempt.stage.replaceAll('_', ' '), style: 'bold' }, { text: attempt.note === '' ? '' : `: ${attempt.note}` }],
  ];
  if (attempt.stage !== 'watch' || now === undefined) return [{ kind: 'text', lines }];
  return [
    { kind: 'text', lines: [...lines, describeObservation(now), ...linkKernel(now)] },
    ...viewProgress({ ...now, progressAt: now.observedAt }),
  ];
}

function linkKernel({ kernel }: Submission): Line[] {
  return kernel === null ? [] : [`${kernel.url} (version ${kernel.versionNumber})`];
}

const SIGNS = { below: '<', 'at most': '≤', above: '>', 'at least': '≥' } as const;
const WORDS = { passed: 'passed', failed: 'FAILED', 'not measured': 'not measured' } as const;
const MARKS = { passed: '✓', failed: '✗', 'not measured': '–' } as const;
const TITLES = { gate1: 'Gate 1, stand-alone', gate2: 'Gate 2, information', gate3: 'Gate 3, ablation' } as const;
/** JSON has no infinity; what is larger than anything measured stands for it. */
const ENDLESS = 1e300;

function viewTable(exp: ExperimentState, part: Part, attempt: Attempt): ViewPart[] {
  const { measured } = attempt;
  if (measured === null) return [];
  const noise = findNoise(part);
  const floor = noise === null ? [] : [`noise of ${noise.runs} equal runs: ±${formatNumber(noise.floor)}`];
  if (measured.report !== null) return [{ kind: 'code', text: [...drawGates(measured.report), ...floor].join('\n') }];
  const rows = (measured.targets ?? []).map(({ name, value, direction, threshold, passed, source }) => {
    const waived = !passed && findWaiver(exp, name) !== undefined ? ', missed and waived' : '';
    const reported = source === 'reported' ? ', as the notebook says' : '';
    return drawRow(passed ? '✓' : '✗', name, value, `${direction === 'above' ? '>' : '<'} ${threshold}`, `${waived}${reported}`);
  });
  return [{ kind: 'code', text: rows.join('\n') }];
}

/** The numbers of the gates with their limits, one line each. */
export function drawGates(report: StoredReport): string[] {
  return (['gate1', 'gate2', 'gate3'] as const).flatMap((gate) => [
    `${TITLES[gate]}: ${WORDS[report[gate].verdict]}`,
    ...Object.entries(report[gate].checks).map(([name, check]) => drawCheck(name, check)),
  ]);
}

function drawCheck(name: string, { value, rule, threshold, verdict }: StoredCheck): string {
  return drawRow(MARKS[verdict], name, value, `${SIGNS[rule]} ${threshold}`);
}

/** Short enough for the width of a thread. */
function drawRow(mark: string, name: string, value: number | null, limit: string, note = ''): string {
  const shown = value === null ? '–' : Math.abs(value) >= ENDLESS ? '∞' : Number.isInteger(value) ? String(value) : value.toPrecision(4);
  return `${mark} ${name.padEnd(19)} ${shown.padStart(8)} ${limit}${note}`;
}

const SHOWN_BACK = 4;

function viewSentBack({ sentBack }: Attempt): ViewPart[] {
  if (sentBack.length === 0) return [];
  const lines = sentBack.slice(-SHOWN_BACK).map(({ stage, failure, to, platform }): Line => {
    const where =
      platform && to === 'submit' ? 'pushed again' : to === 'person' ? 'a person is asked' : `back to ${to.replaceAll('_', ' ')}`;
    const line = failure.evidence === null ? '' : ` (line ${failure.evidence.line}: ${failure.evidence.text.slice(0, 160)})`;
    return [
      { text: `${stage.replaceAll('_', ' ')}: ${failure.title}`, style: 'bold' },
      { text: ` → ${where}; no attempt used. ${failure.explanation}${line}` },
    ];
  });
  return [{ kind: 'text', lines }];
}

function viewDecision(part: Part, { decision, number }: Attempt): ViewPart[] {
  if (decision === null) return [];
  const words = { passed: 'Passed', again: 'Next attempt', leave: `${part.name} is left` } as const;
  const chosen = part.chosen?.attempt === number && part.chosen.by !== null ? [`Chosen by a person.`] : [];
  const price = decision.price === null ? [] : [decision.price];
  return [
    { kind: 'text', lines: [[{ text: words[decision.next], style: 'bold' }, { text: `: ${decision.reason}.` }], ...price, ...chosen] },
  ];
}

function describeCosts({ submissions, data, check }: Attempt): Line[] {
  const done = submissions.filter(({ seconds }) => seconds !== null);
  const seconds = done.reduce((sum, item) => sum + (item.seconds ?? 0), 0);
  return [
    [
      ...(data === null ? [] : [`data ${data.verdict}`]),
      ...(check === null
        ? []
        : [`notebook check ${check.passed ? 'clean' : 'refused'}${check.warnings > 0 ? `, ${check.warnings} warnings` : ''}`]),
      ...(done.length === 0 ? [] : [`${done.length} run${done.length === 1 ? '' : 's'} at Kaggle, ${formatDuration(seconds)}`]),
    ].join(' · '),
  ].filter((line) => line !== '');
}
