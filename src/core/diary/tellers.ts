import type { RunEvent, SampleResult } from '../run/events.ts';
/** What each kind of event tells the diary: a row a type, and an empty one where it tells nothing that another does not tell better. */
import { formatCount, formatDuration, formatNumber } from '../run/format.ts';
import type { RunState } from '../run/state.ts';
import { describeOutcome } from '../run/watch.ts';
import type { Entry, Figure } from './entry.ts';
import { LOOP_TELLERS } from './loop-tellers.ts';

/** What a row has to say; the rest follows from the event and the state. */
export type Told = Pick<Entry, 'kind' | 'text'> & Partial<Pick<Entry, 'by' | 'figures' | 'message' | 'commit' | 'job' | 'topic' | 'about'>>;
type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
/** `after` is the state with the event, `before` the one without it; null where the run begins. */
type Teller<T extends RunEvent['type']> = (event: EventOf<T>, before: RunState | null, after: RunState) => Told[];

const nothing = (): Told[] => [];

export const TELLERS: { readonly [T in RunEvent['type']]: Teller<T> } = {
  'run.requested': (event) => [{ kind: 'run', by: event.by, text: `Reproduction on ${event.site} asked for.` }],
  'watch.requested': (event) => [
    {
      kind: 'run',
      by: event.by,
      text: `${formatCount(event.items.length, 'job')} on ${event.site} to be watched.`,
      job: event.items[0]?.jobId ?? null,
    },
  ],
  'watch.observed': nothing,
  'watch.examined': tellExamined,
  'thread.opened': nothing,
  'step.started': (event) =>
    event.attempt === 1 ? [] : [{ kind: 'run', topic: event.step, text: `${event.step} began again, attempt ${event.attempt}.` }],
  'step.phase': nothing,
  'step.done': (event, before) => tellStepDone(event, before),
  'step.failed': (event) => [
    {
      kind: 'failure',
      topic: event.failure.class,
      text: `${event.step} failed, attempt ${event.attempt}: ${event.failure.title}${event.failure.evidence === null ? '' : ` (line ${event.failure.evidence.line}: ${event.failure.evidence.text})`}.`,
    },
  ],
  'step.retrying': (event) => [
    { kind: 'run', topic: event.step, text: `${event.step} is tried again by itself, ${event.number} of ${event.of}.` },
  ],
  'step.reset': (event) => [{ kind: 'run', topic: event.step, text: `${event.step} goes back to its beginning: ${event.why}.` }],
  'step.delayed': (event) => [
    event.needs === 'login'
      ? { kind: 'question', topic: event.step, text: `${event.step} waits for a login: ${event.why}.` }
      : { kind: 'run', topic: event.step, text: `${event.step} waits: ${event.why}.` },
  ],
  'repo.cloned': (event) => [
    {
      kind: 'run',
      topic: 'clone',
      commit: event.commit,
      text: `Cloned at ${event.commit.slice(0, 12)}, ${formatCount(event.files, 'file')}.`,
      figures: [{ name: 'files', value: event.files, unit: '' }],
    },
  ],
  'repo.mapped': nothing,
  'env.planned': nothing,
  'env.built': (event) => [
    {
      kind: 'run',
      topic: 'build-env',
      text: `Environment built in ${formatDuration(event.seconds)}, ${formatCount(Object.keys(event.packages).length, 'package')}.`,
      figures: [
        { name: 'build time', value: event.seconds, unit: 's' },
        { name: 'packages', value: Object.keys(event.packages).length, unit: '' },
      ],
    },
  ],
  'sample.planned': nothing,
  'approval.requested': (event) => [{ kind: 'question', topic: event.step, text: `Question ${event.id}: ${event.title}` }],
  'approval.granted': (event) => [{ kind: 'decision', by: event.by, text: `Question ${event.id} answered with yes.` }],
  'approval.edited': (event) => [{ kind: 'decision', by: event.by, text: `Question ${event.id} answered with another command.` }],
  'approval.expired': (event) => [{ kind: 'decision', text: `Question ${event.id} expired; nobody had answered.` }],
  'approval.rejected': (event) => [
    { kind: 'decision', by: event.by, text: `Question ${event.id} answered with no${event.reason === '' ? '' : `: ${event.reason}`}.` },
  ],
  'approval.withdrawn': (event) => [{ kind: 'decision', text: `Question ${event.id} withdrawn: ${event.why}.` }],
  'access.refused': (event) => [{ kind: 'decision', by: event.by, text: `Refused, because the person is not on the list: ${event.what}.` }],
  'job.submitted': (event) => [{ kind: 'run', topic: 'sample-run', job: event.ref.jobId, text: `Job ${event.ref.jobId} submitted.` }],
  'job.observed': tellJobEnd,
  'job.warned': (event) => (event.change.words === null ? [] : [{ kind: 'failure', topic: event.change.kind, text: event.change.words }]),
  'sample.examined': (event) => [{ kind: 'result', topic: 'sample-run', ...describeSample(event.result) }],
  'agent.fact': tellAgent,
  'plan.adjusted': (event) => [{ kind: 'change', text: `Plan changed: ${event.why}.` }],
  'document.written': nothing,
  'note.added': (event) => [{ kind: 'idea', by: event.by, text: event.text, message: event.ts }],
  'cancel.requested': (event) => [{ kind: 'decision', by: event.by, text: `Cancelled${event.reason === '' ? '' : `: ${event.reason}`}.` }],
  'run.resumed': (event) => [{ kind: 'decision', by: event.by, text: 'Resumed.' }],
  'run.restored': (event) => [{ kind: 'run', by: event.by, text: 'Read back from its record, because the journal was gone.' }],
  'run.finished': (event) => [{ kind: 'result', topic: event.verdict.as, text: `${event.verdict.as}: ${event.verdict.reason}` }],
  ...LOOP_TELLERS,
};

function tellStepDone(event: EventOf<'step.done'>, before: RunState | null): Told[] {
  const startedAt = before?.steps.find((step) => step.name === event.step)?.startedAt ?? null;
  const seconds = startedAt === null ? null : (event.at - startedAt) / 1000;
  return [
    {
      kind: 'run',
      topic: event.step,
      text: `${event.step} done${seconds === null ? '' : ` in ${formatDuration(seconds)}`}: ${event.summary}.`,
      figures: seconds === null ? [] : [{ name: `${event.step} time`, value: seconds, unit: 's' }],
    },
  ];
}

function tellJobEnd({ observation }: EventOf<'job.observed'>, before: RunState | null, after: RunState): Told[] {
  const job = after.jobs.at(-1)?.ref?.jobId ?? null;
  const last = before?.jobs.at(-1)?.observation;
  if (observation.kind === 'active' && observation.state === 'running' && (last?.kind !== 'active' || last.state !== 'running'))
    return [
      {
        kind: 'run',
        topic: 'sample-run',
        job,
        text: `Job ${job ?? '?'} runs${observation.node === undefined ? '' : ` on ${observation.node}`}.`,
      },
    ];
  if (observation.kind !== 'ended') return [];
  const { startedAt, endedAt, outcome, exitCode } = observation;
  const seconds = startedAt === undefined || endedAt === undefined ? null : (endedAt - startedAt) / 1000;
  const gpus = after.jobs.at(-1)?.spec.resources.gpus ?? 0;
  const figures: Figure[] = seconds === null ? [] : [{ name: 'run time', value: seconds, unit: 's' }];
  if (seconds !== null && gpus > 0) figures.push({ name: 'GPU hours', value: (seconds * gpus) / 3600, unit: 'GPU-h' });
  const how = `${outcome.replaceAll('-', ' ')}${exitCode === null ? '' : `, exit code ${exitCode}`}`;
  return [
    {
      kind: 'run',
      topic: 'sample-run',
      job,
      text: `Job ${job ?? '?'} ended${seconds === null ? '' : ` after ${formatDuration(seconds)}`}: ${how}.`,
      figures,
    },
  ];
}

function describeSample({ progress, stepsDone, wallSeconds }: SampleResult): Pick<Told, 'text' | 'figures'> {
  const figures: Figure[] = [
    ...(stepsDone === null ? [] : [{ name: 'steps', value: stepsDone, unit: '' }]),
    ...(wallSeconds === null ? [] : [{ name: 'wall time', value: wallSeconds, unit: 's' }]),
    ...(progress.loss === null ? [] : [{ name: progress.loss.name, value: progress.loss.last, unit: '' }]),
    ...Object.entries(progress.metrics)
      .filter(([name]) => name !== progress.loss?.name)
      .map(([name, value]) => ({ name, value, unit: '' })),
  ];
  const shown = figures.slice(0, 8).map(({ name, value, unit }) => `${name} ${unit === 's' ? formatDuration(value) : formatNumber(value)}`);
  return { text: `Sample measured: ${shown.length === 0 ? 'no numbers in its log' : shown.join(', ')}.`, figures };
}

function tellExamined({ found }: EventOf<'watch.examined'>, before: RunState | null): Told[] {
  const item = before?.watch?.items.find((one) => one.token === found.token);
  const failed = found.looked.flatMap(({ id, failure }): Told[] =>
    failure === null ? [] : [{ kind: 'failure', topic: failure.class, job: id, text: `Job ${id}: ${failure.title}.` }],
  );
  if (!found.final || item === undefined) return failed;
  return [...failed, { kind: 'run', job: item.jobId, text: `Job ${item.jobId} ${describeOutcome(item)}.` }];
}

function tellAgent({ fact, session }: EventOf<'agent.fact'>): Told[] {
  switch (fact.kind) {
    case 'turned': {
      const { usage, dollars } = fact;
      const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
      return [
        {
          kind: 'cost',
          topic: fact.model,
          text: `${fact.model} asked: ${prompt} tokens in, ${usage.output} out, $${dollars.toFixed(4)}.`,
          figures: [
            { name: 'tokens in', value: prompt, unit: 'tokens' },
            { name: 'tokens out', value: usage.output, unit: 'tokens' },
            { name: 'money', value: dollars, unit: '$' },
          ],
        },
      ];
    }
    case 'started':
      return [{ kind: 'run', topic: fact.skill, text: `The agent began ${fact.skill} (${session}).` }];
    case 'asked':
      return [{ kind: 'question', topic: 'agent', text: fact.question }];
    case 'reached-limit':
      return [{ kind: 'question', topic: 'agent', text: `The agent reached its limit of ${fact.limit}.` }];
    case 'told':
      return [{ kind: 'idea', by: fact.by, text: fact.text, message: fact.ts }];
    case 'denied':
      return [{ kind: 'decision', by: fact.by, text: `The agent's request was denied: ${fact.reason}.` }];
    case 'extended':
      return [{ kind: 'decision', by: fact.by, text: 'The agent may go on past its limit.' }];
    case 'escalated':
      return [{ kind: 'run', topic: 'agent', text: `The strong model went on: ${fact.why}.` }];
    case 'adopted':
      return [{ kind: 'decision', by: fact.by, text: `The agent's change was taken into the plan (${session}).` }];
    case 'ended':
      return [{ kind: 'result', topic: 'agent', text: `The agent ${fact.as === 'gave-up' ? 'gave up' : fact.as}.` }];
    default:
      return [];
  }
}
