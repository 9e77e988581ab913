/** What the facts of an experiment loop tell the diary: who, which numbers, where it came from. */
import { listChoices } from '../experiment/choices.ts';
import type { LoopEvent, LoopEventOf } from '../experiment/schema.ts';
import { sumMeasured } from '../experiment/sum-measured.ts';
import { formatCount, formatDuration, formatNumber } from '../run/format.ts';
import type { RunState } from '../run/state.ts';
import type { Figure } from './entry.ts';
import type { Telling } from './told.ts';
import { KAGGLE_HOURS } from './used.ts';

type Teller<T extends LoopEvent['type']> = (event: LoopEventOf<T>, before: RunState | null, after: RunState) => Telling;

const name = ({ part, attempt }: { readonly part: string; readonly attempt: number }): string => `${part}, attempt ${attempt}`;
const showRerun = (rerun: number): string => (rerun === 0 ? '' : `, re-run ${rerun}`);

export const LOOP_TELLERS: { readonly [T in LoopEvent['type']]: Teller<T> } = {
  'loop.requested': (event) => {
    const chosen = listChoices(event.choices ?? {});
    const text = `Experiment ${event.repo.url} asked for${chosen.length === 0 ? '' : `, with ${chosen.join(', ')}`}.`;
    return [{ kind: 'run', by: event.by, text }];
  },
  'loop.opened': (event) => [
    {
      kind: 'run',
      topic: 'project',
      commit: event.commit,
      text: `Project ${event.project.name} read, ${formatCount(event.project.features.length, 'feature')}; its rules are fixed as ${event.rulesSha256.slice(0, 12)}.`,
    },
  ],
  'loop.attempt_started': (event) => [
    {
      kind: event.idea === null ? 'run' : 'idea',
      topic: event.part,
      text: `${name(event)} began${event.idea === null ? '' : `: ${event.idea}`}.`,
      ...(event.ideaBy === null ? {} : { by: event.ideaBy }),
    },
  ],
  'loop.stage_entered': () => 'same-stage',
  'loop.handed_over': (event) => [
    {
      kind: 'run',
      topic: event.part,
      text: `${name(event)}: ${event.handedOver.stage} handed over. ${event.handedOver.summary.split('\n')[0] ?? ''}`,
    },
  ],
  'loop.data_built': (event) => [
    { kind: 'run', topic: 'data', text: `${formatCount(event.files.length, 'file')} of data made in ${formatDuration(event.seconds)}.` },
  ],
  'loop.data_checked': ({ data }) => [
    {
      kind: data.verdict === 'REJECT' ? 'failure' : 'result',
      topic: 'data',
      text: `Data check: ${data.verdict}. ${data.findings[0] ?? ''}`.trim(),
    },
  ],
  'loop.notebook_checked': (event) =>
    event.passed
      ? 'check-clean'
      : [{ kind: 'failure', topic: event.part, text: `${name(event)}: the notebook check refused it. ${event.errors[0] ?? ''}`.trim() }],
  'loop.submission_planned': () => 'told-by-push',
  'loop.push_announced': () => 'told-by-push',
  'loop.push_withdrawn': () => 'told-by-push',
  'loop.submitted': (event) => [
    {
      kind: 'run',
      topic: event.part,
      job: `${event.kernel.id.owner}/${event.kernel.id.slug} v${event.kernel.versionNumber}`,
      text: `${name(event)}${showRerun(event.rerun)} pushed: ${event.kernel.url}, version ${event.kernel.versionNumber}.`,
    },
  ],
  'loop.observed': () => 'same-job',
  'loop.fetched': (event, _before, after) => [
    {
      kind: 'run',
      topic: event.part,
      text: `${name(event)}${showRerun(event.rerun)}: ${formatCount(event.files.length, 'file')} fetched${event.seconds === null ? '' : ` after ${formatDuration(event.seconds)} at Kaggle`}.`,
      figures: listTimes(event.seconds, after),
    },
  ],
  'loop.judged': (event) => [
    { kind: 'result', topic: event.part, text: `${name(event)}: ${sumMeasured(event.measured)}.`, figures: listFigures(event) },
  ],
  'loop.rerun_measured': (event) => [
    {
      kind: 'result',
      topic: event.part,
      text: `${name(event)}${showRerun(event.rerun)}: gain ${formatNumber(event.value)}.`,
      figures: [{ name: 'gain of a re-run', value: event.value, unit: '' }],
    },
  ],
  'loop.sent_back': ({ sentBack, ...event }) => [
    {
      kind: 'failure',
      topic: sentBack.failure.class,
      text: `${name(event)}: ${sentBack.stage} failed, ${sentBack.failure.title}; it goes to ${sentBack.to.replaceAll('_', ' ')}.`,
    },
  ],
  'loop.decided': (event) => [
    { kind: 'decision', topic: event.part, text: `${name(event)}: ${event.decision.next} – ${event.decision.reason}.` },
  ],
  'loop.part_closed': (event) => [{ kind: 'result', topic: event.part, text: `${event.part} ${event.as}: ${event.reason}.` }],
  'loop.held': ({ hold }) => [{ kind: 'question', topic: hold.part, text: `${hold.title}. ${hold.text}` }],
  'loop.hold_answered': (event) => [{ kind: 'decision', by: event.by, text: `Request ${event.id} is seen to.` }],
  'loop.delayed': (event) => [{ kind: 'run', text: `Waits: ${event.why}.` }],
  'loop.paused': (event) => [{ kind: 'decision', by: event.by, text: 'Paused.' }],
  'loop.resumed': (event) => [{ kind: 'decision', by: event.by, text: 'Resumed after a pause.' }],
  'loop.idea_given': (event) => [{ kind: 'idea', by: event.by, text: event.text }],
  'loop.chosen': (event) => [{ kind: 'decision', topic: event.part, by: event.by, text: `${name(event)} made final.` }],
  'loop.target_waived': ({ waiver }) => [
    { kind: 'decision', topic: waiver.target, by: waiver.by, text: `Target ${waiver.target} waived: ${waiver.reason}.` },
  ],
  'gate.overruled': (event) => [
    { kind: 'decision', topic: event.part, by: event.override.by, text: `Gates of ${name(event)} overruled: ${event.override.reason}.` },
  ],
};

/** How long it ran there, and what that took of the quota. */
function listTimes(seconds: number | null, { experiment }: RunState): Figure[] {
  if (seconds === null) return [];
  const time = { name: 'Kaggle time', value: seconds, unit: 's' };
  const counts = experiment !== null && experiment.terms !== null && experiment.terms.accelerator !== 'none';
  return counts ? [time, { name: KAGGLE_HOURS, value: seconds / 3600, unit: 'Kaggle-h' }] : [time];
}

function listFigures({ measured }: LoopEventOf<'loop.judged'>): Figure[] {
  const targets = (measured.targets ?? []).flatMap(({ name, value }) => (value === null ? [] : [{ name, value, unit: '' }]));
  const checks = measured.report === null ? [] : [measured.report.gate1, measured.report.gate2, measured.report.gate3];
  const gates = checks.flatMap((gate) =>
    Object.entries(gate.checks).flatMap(([check, { value }]) =>
      value === null ? [] : [{ name: check.replaceAll('_', ' '), value, unit: '' }],
    ),
  );
  return [...gates, ...targets];
}
