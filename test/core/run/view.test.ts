import { describe, expect, it } from 'vitest';
import { describeChart } from '../../../src/core/charts/describe.ts';
import { formatBytes, formatCount, formatDuration, formatNumber } from '../../../src/core/run/format.ts';
import type { Line, Part, Slot } from '../../../src/core/run/slots.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { ada, begun, ended, makeFailure, makeLoss, makeOutput, makeProgress, makeResult, running, Walk } from './builders.ts';

const word = (line: Line): string =>
  typeof line === 'string'
    ? line
    : line.map((span) => (span.style === 'bold' ? `*${span.text}*` : span.user === undefined ? span.text : `@${span.user}`)).join('');

function drawPart(part: Part): string[] {
  switch (part.kind) {
    case 'heading':
      return [`# ${part.text}`];
    case 'text':
      return part.lines.map(word);
    case 'quiet':
      return part.lines.map((line) => `  (${word(line)})`);
    case 'steps':
      return part.items.map((item) => `- ${item.mark}: ${item.label}${item.detail === '' ? '' : ` | ${item.detail}`}`);
    case 'fields':
      return part.items.map((item) => `${item.name} = ${item.value}`);
    case 'code':
      return part.text.split('\n').map((line) => `    ${line}`);
    case 'bar':
      return [`[${part.fraction}] ${part.label}`];
    case 'picture':
      return [`picture ${part.name}${part.isFinal ? '' : ', still changing'}: ${describeChart(part.chart)}`];
    case 'buttons':
      return [part.items.map((item) => `<${item.label}>`).join(' ')];
  }
}

/** A slot as lines of text, to be read by whoever changes a view. */
function draw(slot: Slot | undefined): string {
  if (slot === undefined) return 'no such slot';
  const files = slot.files.map((file) => `file ${file.path}`);
  return [`${slot.name} | ${slot.summary} | ${slot.mention.join(' ')}`, ...slot.parts.flatMap(drawPart), ...files].join('\n');
}

const see = (walk: Walk, name: string): string => draw(viewRun(walk.state).find((slot) => slot.name === name));

describe('status', () => {
  it('while it works', () => {
    expect(see(Walk.begin().work(), 'status')).toMatchInlineSnapshot(`
      "status | karpathy/minGPT on local: Read and map it | 
      # karpathy/minGPT on local
      Read and map it
      - done: Clone the repository | at 37baab7, 30 files · 1 min 0 s
      - running: Read and map it
      - todo: Plan the environment
      - todo: Build the environment
      - todo: Sample run
        (run rtestrun · https://github.com/karpathy/minGPT · asked by @UADA0000001 at 2026-01-05T09:00:00.000Z · so far 1 min 0 s, as of 2026-01-05T09:01:00.000Z)
      <Cancel>"
    `);
  });

  it('while it asks', () => {
    expect(see(Walk.begin().toFirstQuestion(), 'status')).toMatchInlineSnapshot(`
      "status | karpathy/minGPT on local: Waiting for a person: Build the environment on local | 
      # karpathy/minGPT on local
      *Waiting for a person*: Build the environment on local
      - done: Clone the repository | at 37baab7, 30 files · 1 min 0 s
      - done: Read and map it | 6 entries, small GPU or CPU · 1 min 0 s
      - done: Plan the environment | 0 packages there, 1 to install · 1 min 0 s
      - waiting: Build the environment
      - todo: Sample run
        (run rtestrun · https://github.com/karpathy/minGPT · asked by @UADA0000001 at 2026-01-05T09:00:00.000Z · so far 3 min 0 s, as of 2026-01-05T09:03:00.000Z)
      <Cancel>"
    `);
  });

  it('while a job runs', () => {
    const progress = makeProgress({
      current: 5,
      total: 20,
      fraction: 0.25,
      eta: { low: 30, likely: 45, high: 90 },
      loss: makeLoss([4.1234567, 3.2]),
    });
    expect(see(Walk.begin().toJob().observe(running, progress), 'status')).toMatchInlineSnapshot(`
      "status | karpathy/minGPT on local: Running | 
      # karpathy/minGPT on local
      *Running*
      - done: Clone the repository | at 37baab7, 30 files · 1 min 0 s
      - done: Read and map it | 6 entries, small GPU or CPU · 1 min 0 s
      - done: Plan the environment | 0 packages there, 1 to install · 1 min 0 s
      - done: Build the environment | 2 packages verified · 1 min 0 s
      - running: Sample run
      [0.25] step 5 of 20
      loss 3.2 (was 4.123)
      About 45 s to go (30 s – 1 min 30 s), done near 2026-01-05 09:09 UTC
        (run rtestrun · https://github.com/karpathy/minGPT · asked by @UADA0000001 at 2026-01-05T09:00:00.000Z · so far 9 min 0 s, as of 2026-01-05T09:09:00.000Z)
      <Cancel>"
    `);
  });

  it('while a job waits', () => {
    const waiting = { kind: 'active', state: 'pending', schedulerState: 'PENDING', reason: 'Priority', startEstimate: begun } as const;
    expect(see(Walk.begin().toJob().observe(waiting), 'status')).toMatchInlineSnapshot(`
      "status | karpathy/minGPT on local: Waiting in the queue: other jobs are ahead of it (Priority); the scheduler guesses a start at 2026-01-05 09:00 UTC | 
      # karpathy/minGPT on local
      *Waiting in the queue*: other jobs are ahead of it (Priority); the scheduler guesses a start at 2026-01-05 09:00 UTC
      - done: Clone the repository | at 37baab7, 30 files · 1 min 0 s
      - done: Read and map it | 6 entries, small GPU or CPU · 1 min 0 s
      - done: Plan the environment | 0 packages there, 1 to install · 1 min 0 s
      - done: Build the environment | 2 packages verified · 1 min 0 s
      - running: Sample run
        (run rtestrun · https://github.com/karpathy/minGPT · asked by @UADA0000001 at 2026-01-05T09:00:00.000Z · so far 9 min 0 s, as of 2026-01-05T09:09:00.000Z)
      <Cancel>"
    `);
  });

  it('while the cluster wants a person to log in', () => {
    const away = { kind: 'no-information', why: 'it wants a password', needs: 'login' } as const;
    const drawn = see(Walk.begin().toJob().observe(running).observe(away), 'status');
    expect(drawn).toContain('No news of the job: it wants a password');
    expect(drawn).toContain('<Log in…> <Cancel>');
  });

  it('while a job is being ended', () => {
    const walk = Walk.begin().toJob().observe(running);
    const drawn = see(walk.do({ ...walk.next(), kind: 'cancel', by: ada, reason: '' }), 'status');
    expect(drawn).toContain('*Cancelling*; waiting for the job to end');
    expect(drawn).not.toContain('<Cancel>');
  });
});

describe('questions', () => {
  it('about an environment', () => {
    expect(see(Walk.begin().toFirstQuestion(), 'approval:1')).toMatchInlineSnapshot(`
      "approval:1 | Build the environment on local – please approve or reject. | UADA0000001
      # Build the environment on local
      These commands will be run on local, in /work/rtestrun, and nothing else:
          /work/rtestrun/venv/bin/pip install torch
          /work/rtestrun/venv/bin/python -c 'import torch'
      *Isolation:* bubblewrap sandbox with network, can write only to its folder
      *To install:* torch
      *Python:* 3.11.2 (/usr/bin/python3)
        (After a failure that goes away by itself (of a node or the network, preemption) the same is started again without asking, a few times, if need be on other nodes.)
      <Approve> <Reject…> <Show everything>
      file ENV.md"
    `);
  });

  it('about a job, after a failure', () => {
    const walk = Walk.begin().toJob().observe(ended).fail(makeFailure()).work();
    expect(see(walk, 'approval:3')).toMatchInlineSnapshot(`
      "approval:3 | Run the sample on local – please approve or reject. | UADA0000001
      # Run the sample on local
      After the failure above: *--batch-size 8*
      This job will run on local:
          python train.py --max-iters 20 --batch-size 8
      *Resources:* 2 CPUs, 4.2 GB, at most 10 min
      *Isolation:* *NONE: the code can read what this account can read*
      --max-iters 20 ends the loop early
        (After a failure that goes away by itself (of a node or the network, preemption) the same is started again without asking, a few times, if need be on other nodes.)
      <Approve> <Reject…> <Show everything>"
    `);
  });

  it('counts what it has no room for', () => {
    const walk = Walk.begin().toFirstQuestion().approve().work();
    const output = makeOutput(walk.state, 'plan-sample');
    if (output?.kind !== 'sample-planned') throw new Error('no sample');
    const notes = Array.from({ length: 30 }, (_, index) => `note ${index}`);
    const seen = see(walk.work({ ...output, plan: { ...output.plan, notes } }), 'approval:2');
    expect(seen).toContain('note 7');
    expect(seen).not.toContain('note 8');
    expect(seen).toContain('and 22 more lines; “Show everything” has what is allowed');
  });

  it('once answered, and once withdrawn', () => {
    expect(see(Walk.begin().toFirstQuestion().approve(), 'approval:1')).toMatch(
      /\(Approved by @UADA0000001, button, 2026-01-05T09:04:00.000Z · digest [0-9a-f]{12}\)/,
    );
    const walk = Walk.begin().toFirstQuestion();
    const drawn = see(walk.do({ ...walk.next(), kind: 'cancel', by: ada, reason: '' }), 'approval:1');
    expect(drawn).toContain('(Withdrawn: the run was cancelled, ');
    expect(drawn).not.toContain('<Approve>');
  });
});

it('a failure', () => {
  expect(see(Walk.begin().toJob().observe(ended).fail(makeFailure()), 'failure:1')).toMatchInlineSnapshot(`
    "failure:1 | The GPU ran out of memory: The batch does not fit on the card. | UADA0000001
    # The GPU ran out of memory
    The batch does not fit on the card.
      (Line 812 of the log:)
        torch.OutOfMemoryError: CUDA out of memory.
    *Next: *--batch-size 8; the changed plan will be shown before anything runs.
      (sample-run, attempt 1 · class oom_gpu · found by rules, confidence 98 %)"
  `);
});

it('a failure that only a person can mend', () => {
  const remedy = { kind: 'provide-path', path: '/data/imagenet', question: 'Where is ImageNet on this cluster?' } as const;
  const drawn = see(
    Walk.begin()
      .toJob()
      .observe(ended)
      .fail(makeFailure({ remedy, evidence: null })),
    'failure:1',
  );
  expect(drawn).toContain('*Next: *Where is ImageNet on this cluster?');
  expect(drawn).not.toContain('of the log');
});

describe('the last word', () => {
  it('READY', () => {
    expect(see(Walk.begin().toJob().toEnd(), 'result:1')).toMatchInlineSnapshot(`
      "result:1 | READY: karpathy/minGPT – sample run: 20 steps, loss 4.1 → 2.2 | UADA0000001
      # READY: karpathy/minGPT on local
      sample run: 20 steps, loss 4.1 → 2.2
      Steps done = 20
      Loss = 4.1 → 2.2
      Trend = decreasing
      Wall time = 1 min 1 s
      Memory = 512 MB
      Ended = exit 0
      *A full run: *about 2 h 0 min, 629 MB of memory (20000 steps at 2.8 a second)
          python train.py
        (Record of this run: rtestrun · commit 37baab71b9ab)
      file SUMMARY.md"
    `);
  });

  it('READY, though its time limit came first', () => {
    const progress = makeProgress({ current: 60, total: 100, loss: makeLoss([4.1, 3, 2.2]), metrics: { loss: 2.2 } });
    const result = {
      ...makeResult(progress),
      stoppedByClock: true,
      exitCode: null,
      cutShort: { done: 60, total: 100, unit: 'step' as const },
    };
    const seen = see(Walk.begin().toJob().toEnd({ kind: 'examined', result, failure: null, documents: [] }), 'result:1');
    expect(seen).toContain('sample run: the clock stopped it after 60 of 100 steps, loss 4.1 → 2.2');
    expect(seen).toContain('Ended = by its time limit, after 60 of 100 steps');
  });

  it('READY by a probe, which claims no training', () => {
    const item = { target: 'nets.tiny:Net', kind: 'model' as const, reached: 'forward' as const, parameters: 1234, arguments: {} };
    const rest = { input: 'x (2, 3, 32, 32)', output: '(2, 10)', dtype: 'float32', seconds: 0.5, why: null };
    const result = { ...makeResult(makeProgress({ loss: null, metrics: {} })), probe: { items: [{ ...item, ...rest }] } };
    const walk = Walk.begin().toJob().toEnd({ kind: 'examined', result, failure: null, documents: [] });
    expect(see(walk, 'result:1')).toMatchInlineSnapshot(`
      "result:1 | READY: karpathy/minGPT – probe only, nothing was trained: imports and one forward pass work for 1 of 1 model; Net: x (2, 3, 32, 32) → (2, 10) | UADA0000001
      # READY (probe only): karpathy/minGPT on local
      probe only, nothing was trained: imports and one forward pass work for 1 of 1 model; Net: x (2, 3, 32, 32) → (2, 10)
      No training command was found, so nothing was trained. What was tried:
      nets.tiny:Net forward pass works: x (2, 3, 32, 32) → (2, 10) in 0.5 s; 1,234 parameters (float32)
        (Record of this run: rtestrun · commit 37baab71b9ab)
      file SUMMARY.md"
    `);
  });

  it('NOT READY, because the loss is no number', () => {
    const progress = makeProgress({ current: 20, loss: makeLoss([4.1, 3.9], 'nan') });
    const failure = makeFailure({
      class: 'nan_loss',
      title: 'The loss is not a number',
      remedy: null,
      explanation: 'The loss became NaN at line 812.',
    });
    const walk = Walk.begin()
      .toJob()
      .toEnd({ kind: 'examined', result: makeResult(progress), failure, documents: [] });
    expect(see(walk, 'result:1')).toMatchInlineSnapshot(`
      "result:1 | NOT READY: karpathy/minGPT – The loss became NaN at line 812. | UADA0000001
      # NOT READY: karpathy/minGPT on local
      The loss became NaN at line 812.
        (Record of this run: rtestrun · commit 37baab71b9ab)"
    `);
    expect(see(walk, 'status')).toContain('<Try again>');
  });

  it('CANCELLED mentions nobody', () => {
    const walk = Walk.begin();
    const drawn = see(walk.do({ ...walk.next(), kind: 'cancel', by: ada, reason: '' }), 'result:1');
    expect(drawn.split('\n')[0]).toBe('result:1 | CANCELLED: karpathy/minGPT – cancelled on request | ');
  });
});

it('shows replies in the order in which they came to be', () => {
  const walk = Walk.begin().toJob().observe(ended).fail(makeFailure()).work().approve().work().toEnd();
  expect(viewRun(walk.state).map((slot) => slot.name)).toEqual([
    'status',
    'map',
    'approval:1',
    'approval:2',
    'failure:1',
    'approval:3',
    'result:1',
  ]);
});

describe('numbers', () => {
  it.each([
    [0, '0 s'],
    [59.6, '1 min 0 s'],
    [61, '1 min 1 s'],
    [599, '9 min 59 s'],
    [600, '10 min'],
    [3_599, '1 h 0 min'],
    [7_260, '2 h 1 min'],
    [172_800, '2 d 0 h'],
    [-5, '0 s'],
    [Number.NaN, 'unknown'],
    [Infinity, 'unknown'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [512_000_000, '512 MB'],
    [1.5e12, '1.5 TB'],
    [9e15, '9000 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
  it.each([
    [4.123456, '4.123'],
    [0.00012346, '0.0001235'],
    [20_000, '20000'],
    [Number.NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [0, '0'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
  it.each([
    [0, '0 files'],
    [1, '1 file'],
    [2, '2 files'],
  ])('counts %i', (count, text) => {
    expect(formatCount(count, 'file')).toBe(text);
  });
});
