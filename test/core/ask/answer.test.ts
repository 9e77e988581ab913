import { describe, expect, it } from 'vitest';
import { answerByRules } from '../../../src/core/ask/answer.ts';
import type { Entry } from '../../../src/core/diary/entry.ts';

let count = 0;
function entry(parts: Partial<Entry> & Pick<Entry, 'kind' | 'text'>, run = 'rabc', event = 'x'): Entry {
  count += 1;
  return {
    id: `${run}.${count}.0`,
    at: Date.UTC(2026, 10, 20) + count * 3_600_000,
    about: 'acme/tide',
    by: null,
    figures: [],
    source: { of: 'run', id: run, version: count, event },
    thread: null,
    message: null,
    commit: null,
    job: null,
    topic: '',
    ...parts,
  };
}
const measured = (loss: number): Entry =>
  entry({
    kind: 'result',
    text: `Sample measured: loss ${loss}.`,
    figures: [
      { name: 'loss', value: loss, unit: '' },
      { name: 'steps', value: 20, unit: '' },
    ],
  });

const DIARY: readonly Entry[] = [
  measured(4),
  entry({ kind: 'failure', topic: 'oom_gpu', text: 'sample-run failed, attempt 1: The GPU ran out of memory.' }),
  entry({ kind: 'change', topic: 'plan', text: 'Plan changed: --batch-size 8.' }),
  entry({ kind: 'failure', topic: 'oom_gpu', text: 'sample-run failed, attempt 2: The GPU ran out of memory.' }),
  entry({ kind: 'change', topic: 'plan', text: 'Plan changed: --width 64.' }),
  entry({ kind: 'failure', topic: 'nan_loss', text: 'sample-run failed, attempt 3: The loss became NaN.' }),
  entry({ kind: 'decision', by: 'UADA', topic: 'yes', text: 'Question 3 (Run the sample on local) answered with yes.' }),
  entry({ kind: 'decision', by: 'UBO', topic: 'cancel', text: 'Cancelled: too dear.' }, 'rxyz'),
  entry({
    kind: 'run',
    text: 'Job 7 ended after 2 h 0 min: completed.',
    figures: [
      { name: 'training time', value: 7_200, unit: 's' },
      { name: 'GPU hours', value: 4, unit: 'GPU-h' },
    ],
  }),
  measured(3),
  measured(2),
  measured(2.5),
  entry(
    { kind: 'change', topic: 'oom_gpu', text: 'The GPU ran out of memory (sample-run, attempt 2) was got over by: --width 64.' },
    'rabc',
    'step.done',
  ),
  entry({
    kind: 'cost',
    topic: 'claude-haiku-5-5',
    text: 'claude-haiku-5-5 asked: 900 tokens in, 100 out, $0.0100.',
    figures: [
      { name: 'tokens in', value: 900, unit: 'tokens' },
      { name: 'tokens out', value: 100, unit: 'tokens' },
      { name: 'money', value: 0.01, unit: '$' },
    ],
  }),
];

const ask = (question: string, entries = DIARY): string => {
  const answer = answerByRules(question, entries);
  return answer === null ? 'a search' : [answer.lead, ...answer.lines.map(({ text }) => text)].join('\n');
};

describe('questions that rules answer', () => {
  it.each([
    ['are we progressing?', 'Not in the last 1 measurement: loss of acme/tide went from 4 to 2.5 over 4 measurements; the best is 2.'],
    ['When did the loss stop falling?', 'The last improvement of loss of acme/tide was 2; the 1 measurement since were not better.'],
    ['what did we try against OOM?', '2 such failures, 2 changes tried after them, got over once.'],
    ['what have we tried against out of memory', '2 such failures, 2 changes tried after them, got over once.'],
    ['what fixed the out of memory error?', '1 failure of that kind was got over:'],
    ['what fixed oom?', '1 failure of that kind was got over:'],
    ['who cancelled?', '1 decision:'],
    ['who approved the moon?', 'No such decision has all of these words; all of them:'],
    ['who approved the sample?', '1 decision:'],
    ['how long did training take?', 'training time 2 h 0 min in all (1 time).'],
    ['how much did it cost?', '$0.0100 for 1000 tokens, and 4 GPU hours, in 2 entries. `/hpc cost` has it by model, run and person.'],
  ])('%s', (question, lead) => {
    expect(ask(question).split('\n')[0]).toBe(lead);
  });

  it('shows what each answer rests on', () => {
    expect(ask('what did we try against OOM?')).toMatchInlineSnapshot(`
      "2 such failures, 2 changes tried after them, got over once.
      sample-run failed, attempt 1: The GPU ran out of memory.
      Plan changed: --batch-size 8.
      sample-run failed, attempt 2: The GPU ran out of memory.
      Plan changed: --width 64.
      The GPU ran out of memory (sample-run, attempt 2) was got over by: --width 64."
    `);
    expect(ask('when did loss stop improving')).toMatchInlineSnapshot(`
      "The last improvement of loss of acme/tide was 2; the 1 measurement since were not better.
      loss 4
      loss 3, better
      loss 2, better
      loss 2.5, not better"
    `);
  });

  it('leaves the rest to a search, and says nothing where nothing is known', () => {
    expect(ask('where is the data?')).toBe('a search');
    expect(ask('what did we try against preemption?')).toBe('a search');
    expect(ask('are we progressing?', [])).toBe('a search');
  });

  it('takes time in proportion to a question however it is made', () => {
    for (const question of ['when did '.repeat(3_000), `what did we try against ${'a '.repeat(50_000)}`, `${'who said '.repeat(9_000)}?`])
      expect(ask(question, [])).toBe('a search');
  });
});
