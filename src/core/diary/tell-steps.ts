/** Steps of a run: what they came to, what failed, and what got over it. Pure. */
import { describeFix } from '../run/failure-history.ts';
import { formatCount, formatDuration } from '../run/format.ts';
import type { RunState } from '../run/state.ts';
import { append, type Teller, type Told } from './told.ts';

const MOST_PINS = 6;

export const tellStepStarted: Teller<'step.started'> = ({ attempt, step }) =>
  attempt === 1 ? 'first-start' : [{ kind: 'run', topic: step, text: `${step} began again, attempt ${attempt}` }];

/** The end of a step, and for each class of failure that it had met before what is different now. */
export const tellStepDone: Teller<'step.done'> = (event, before, after) => {
  const startedAt = before?.steps.find((step) => step.name === event.step)?.startedAt ?? null;
  const seconds = startedAt === null ? null : (event.at - startedAt) / 1000;
  const done: Told = {
    kind: 'run',
    topic: event.step,
    text: `${event.step} done${seconds === null ? '' : ` in ${formatDuration(seconds)}`}${append(': ', event.summary)}`,
    figures: seconds === null ? [] : [{ name: `${event.step} time`, value: seconds, unit: 's' }],
  };
  return [done, ...tellFixes(event.step, after)];
};

function tellFixes(step: string, state: RunState): Told[] {
  const failures = state.failures.filter((item) => item.step === step);
  const last = new Map(failures.map((item) => [item.failure.class, item]));
  return [...last.values()].flatMap((item): Told[] => {
    const how = describeFix(state, item);
    if (how === null) return [];
    const words = how === 'the same again' ? 'trying the same again' : how;
    return [
      {
        kind: 'change',
        topic: item.failure.class,
        text: `${item.failure.title} (${step}, attempt ${item.attempt}) was got over by: ${words}`,
      },
    ];
  });
}

export const tellStepFailed: Teller<'step.failed'> = ({ step, attempt, failure, history }) => {
  const { title, evidence } = failure;
  const seen = history === undefined || history.seen === 0 ? '' : `; seen ${history.seen === 1 ? 'once' : `${history.seen} times`} before`;
  const fixed = append(', the last time fixed by: ', history?.fixed?.how ?? '');
  const proof = evidence === null ? '' : ` (line ${evidence.line}: ${evidence.text.trim()})`;
  return [{ kind: 'failure', topic: failure.class, text: `${step} failed, attempt ${attempt}: ${title}${proof}${seen}${fixed}` }];
};

export const tellStepReset: Teller<'step.reset'> = ({ step, why }, before) =>
  before?.failures.at(-1)?.next === why
    ? 'told-with-change'
    : [{ kind: 'run', topic: step, text: `${step} goes back to its beginning${append(': ', why)}` }];

export const tellStepDelayed: Teller<'step.delayed'> = ({ step, why, needs }) =>
  needs === 'login'
    ? [{ kind: 'question', topic: step, text: `${step} waits for a login${append(': ', why)}` }]
    : [{ kind: 'run', topic: step, text: `${step} waits${append(': ', why)}` }];

export const tellEnvironment: Teller<'env.planned'> = ({ plan }) => {
  const used = plan.packages.filter(({ how }) => how !== 'left-out' && how !== 'unavailable' && how !== 'no-op');
  const pins = used.flatMap(({ name, specifier }) => (specifier === '' ? [] : [`${name}${specifier}`]));
  const shown = [...pins.slice(0, MOST_PINS), ...(pins.length > MOST_PINS ? [`and ${pins.length - MOST_PINS} more`] : [])];
  return [
    {
      kind: 'change',
      topic: 'environment',
      text: `Environment planned: ${plan.strategy} with Python ${plan.basePython.version}, ${formatCount(used.length, 'package')}${append(', pinned ', shown.join(', '))}`,
      figures: [
        { name: 'packages', value: used.length, unit: '' },
        { name: 'pins', value: pins.length, unit: '' },
      ],
    },
  ];
};

export const tellBuilt: Teller<'env.built'> = ({ packages, seconds }) => {
  const count = Object.keys(packages).length;
  return [
    {
      kind: 'run',
      topic: 'build-env',
      text: `Environment built in ${formatDuration(seconds)}, ${formatCount(count, 'package')} verified`,
      figures: [
        { name: 'build time', value: seconds, unit: 's' },
        { name: 'packages', value: count, unit: '' },
      ],
    },
  ];
};

/** What is different now, and by which patch where it is one. */
export const tellAdjusted: Teller<'plan.adjusted'> = ({ adjustment, why }, before) => {
  const known = before?.adjustment.patches.length ?? 0;
  const added = adjustment.patches.slice(known);
  const patch = added.map(({ diff }, index) => `patch ${known + index + 1}, ${countLines(diff)}`).join('; ');
  return [
    {
      kind: 'change',
      topic: added.length === 0 ? 'plan' : 'patch',
      text: `Plan changed: ${why.trim()}${patch === '' ? '' : ` (${patch})`}`,
    },
  ];
};

function countLines(diff: string): string {
  const count = (sign: string): number =>
    diff.split('\n').filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3))).length;
  return `+${count('+')} −${count('-')} lines`;
}
