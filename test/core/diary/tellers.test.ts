import { describe, expect, it } from 'vitest';
import { tellEvent, tellRun } from '../../../src/core/diary/tell.ts';
import { SILENT } from '../../../src/core/diary/told.ts';
import { RunEvent } from '../../../src/core/run/events.ts';
import { foldEvent, foldEvents } from '../../../src/core/run/fold.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { describeOutcome } from '../../../src/core/run/watch.ts';
import fc from '../../support/properties.ts';
import { makeLoopJournal } from '../experiment/journal.ts';
import { ada, begun, makeFailure, runId } from '../run/builders.ts';
import { World } from '../run/crash-world.ts';
import { Fate } from '../run/fate.ts';
import { listOdd, listWatch, walkOverFailure } from './examples.ts';

const show = (events: readonly RunEvent[], from: RunState | null = null): string[] =>
  tellRun(events, from).map((entry) => `${entry.kind} ${entry.topic || '-'} ${entry.by ?? 'bot'} ${entry.job ?? '-'}: ${entry.text}`);

const over = walkOverFailure();
const restored: RunEvent = { v: 1, at: begun, type: 'run.restored', by: ada, state: over.state };
const JOURNALS: readonly (readonly RunEvent[])[] = [[...over.events, ...listOdd()], listWatch(), [restored], makeLoopJournal()];

describe('a run that fails and is mended, in words', () => {
  it('tells what happened, what it took and what got over the failure', () => {
    expect(show(over.events)).toMatchInlineSnapshot(`
      [
        "run requested UADA0000001 -: Reproduction on local asked for.",
        "run clone bot -: Cloned at 37baab71b9ab, 30 files.",
        "run clone bot -: clone done in 1 min 0 s: at 37baab7, 30 files.",
        "run navigate-repo bot -: navigate-repo done in 1 min 0 s: 6 entries, small GPU or CPU.",
        "change environment bot -: Environment planned: venv with Python 3.11.2, 1 package.",
        "run resolve-deps bot -: resolve-deps done in 1 min 0 s: 0 packages there, 1 to install.",
        "question build-env bot -: Question 1: Build the environment on local.",
        "decision yes UADA0000001 -: Question 1 (Build the environment on local) answered with yes.",
        "run build-env bot -: Environment built in 12 s, 2 packages verified.",
        "run build-env bot -: build-env done in 2 min 0 s: 2 packages verified.",
        "change sample bot -: Sample planned: python train.py --max-iters 20 with 2 CPUs, 4.2 GB, at most 10 min.",
        "question sample-run bot -: Question 2: Run the sample on local.",
        "decision yes UADA0000001 -: Question 2 (Run the sample on local) answered with yes.",
        "run sample-run bot job-of-rtestrun-1: Job job-of-rtestrun-1 submitted on local.",
        "run sample-run bot job-of-rtestrun-1: Job job-of-rtestrun-1 runs.",
        "run sample-run bot job-of-rtestrun-1: Job job-of-rtestrun-1 ended after 1 h 0 min on n01: failed, exit code 1.",
        "failure oom_gpu bot -: sample-run failed, attempt 1: The GPU ran out of memory (line 812: torch.OutOfMemoryError: CUDA out of memory.)",
        "change plan bot -: Plan changed: --batch-size 8.",
        "run sample-run bot -: sample-run began again, attempt 2.",
        "idea - UADA0000001 -: the card is small",
        "change sample bot -: Sample planned: python train.py --max-iters 20 --batch-size 8 with 2 CPUs, 4.2 GB, at most 10 min.",
        "question sample-run bot -: Question 3: Run the sample on local.",
        "decision yes UADA0000001 -: Question 3 (Run the sample on local) answered with yes.",
        "run sample-run bot job-of-rtestrun-2: Job job-of-rtestrun-2 submitted on local.",
        "run sample-run bot job-of-rtestrun-2: Job job-of-rtestrun-2 runs.",
        "run sample-run bot job-of-rtestrun-2: Job job-of-rtestrun-2 ended: completed, exit code 0.",
        "result sample-run bot job-of-rtestrun-2: Sample measured: steps 20, wall time 1 min 1 s, loss 2.2 (-1.2 against the attempt before).",
        "run sample-run bot -: sample-run done in 7 min 0 s: 20 steps, loss 4.1 → 2.2.",
        "change oom_gpu bot -: The GPU ran out of memory (sample-run, attempt 1) was got over by: --batch-size 8.",
        "result READY bot -: READY: sample run: 20 steps, loss 4.1 → 2.2.",
      ]
    `);
  });

  it('measures the change against the attempt before, and the time of training', () => {
    const entries = tellRun(over.events);
    expect(entries.find((entry) => entry.source.event === 'sample.examined')?.figures).toContainEqual({
      name: 'loss change',
      value: 2.2 - 3.4,
      unit: '',
    });
    expect(entries.find((entry) => entry.text.includes('ended after'))?.figures).toEqual([
      { name: 'training time', value: 3600, unit: 's' },
    ]);
  });
});

describe('the rest', () => {
  it('is told in one sentence each, without secrets and without double full stops', () => {
    expect(show(listOdd(), over.state)).toMatchInlineSnapshot(`
      [
        "run build-env bot -: build-env goes back to its beginning: resumed.",
        "run build-env bot -: build-env waits: the cluster does not answer.",
        "question build-env bot -: build-env waits for a login: nobody is logged in.",
        "run build-env bot -: build-env is tried again by itself, attempt 2 of 3, not on n07.",
        "decision changed UADA0000001 -: Question 1 (Build the environment on local) answered with another command: pip install torch==2.1.",
        "decision expired bot -: Question 1 (Build the environment on local) expired, nobody had answered.",
        "decision no UADA0000001 -: Question 1 (Build the environment on local) answered with no: too dear.",
        "decision withdrawn bot -: Question 1 (Build the environment on local) was withdrawn: the run was cancelled.",
        "decision no UEVE0000001 -: Refused, because the person is not on the list: approve by reply.",
        "failure stall bot job-of-rtestrun-1: No new line for 20 min.",
        "run stall bot job-of-rtestrun-1: No longer so: No new line for 20 min.",
        "run sample-run bot job-of-rtestrun-1: Job job-of-rtestrun-1 is not in the queue: the queue does not list it.",
        "change patch bot -: Plan changed: change a.py: y is right (patch 1, +2 −1 lines).",
        "idea - UADA0000001 -: token [Slack token] ⟨U+202E⟩ is not for here",
        "decision cancel UADA0000001 -: Cancelled.",
        "decision resume UADA0000001 -: Resumed.",
        "run fix-failure bot -: The agent began fix-failure (session rtestrun.a1).",
        "cost claude-haiku-5-5 bot -: claude-haiku-5-5 asked: 1000 tokens in, 50 out, $0.0123.",
        "question agent bot -: Which column is the target?",
        "decision no UADA0000001 -: A request of the agent was denied: not on this machine.",
        "idea - UADA0000001 -: the last one",
        "question agent bot -: The agent reached its limit of money and waits for a yes.",
        "decision yes UADA0000001 -: The agent may go on past its limit.",
        "run agent bot -: The agent waits: the model does not answer.",
        "decision yes UADA0000001 -: The agent's change was taken into the plan (session rtestrun.a1).",
        "change agent bot -: The agent goes on with the strong model: two diffs were refused.",
        "result agent bot -: The agent gave up, in its own words: No way was found.",
      ]
    `);
    expect(show(listWatch())).toMatchInlineSnapshot(`
      [
        "run requested UADA0000001 77: 1 job on lab to be watched.",
        "run - bot 77: Job 77 train-vit runs.",
        "failure oom_gpu bot 77: Job 77: The GPU ran out of memory (line 812: torch.OutOfMemoryError: CUDA out of memory.)",
        "run lab bot 77: Job 77 ended after 1 h 0 min: out of memory.",
        "result ENDED bot -: ENDED: job 77 out of memory.",
      ]
    `);
  });

  it('ends every sentence once, on one line, whatever the words were', () => {
    for (const text of JOURNALS.flatMap((events) => tellRun(events)).map((entry) => entry.text)) {
      expect(text).not.toMatch(/[.!?]\.|\n|[\u202a-\u202e]|xoxb-/);
      expect(text.trim()).toBe(text);
    }
  });
});

/** What nobody may miss: everything of a state that is a result, a decision, a question or a change of the plan. */
function weigh(state: RunState | null): string {
  if (state === null) return '';
  return JSON.stringify([
    state.steps.map(({ status, attempt }) => [
      status === 'done' || status === 'failed' ? status : '',
      status === 'todo' ? 0 : Math.max(1, attempt),
    ]),
    state.approvals.map(({ id, settled }) => [id, settled?.as]),
    state.jobs.map(({ ref, observation }) => [ref?.jobId, observation?.kind === 'ended' ? observation.outcome : '']),
    [state.clone?.commit, state.env?.plan, state.env?.built, state.sample?.plan, state.sample?.result, state.adjustment],
    [state.failures.length, state.notes.length, state.warnings.map(({ over }) => over), state.cancel, state.verdict, state.finishes],
    state.agents.map(({ tier, spent, end, heard }) => [tier, spent.dollars, end?.as, heard.length]),
    state.watch?.failures.map(({ count }) => count),
    state.watch?.items.map((item) => [item.startSeenAt, item.examined ? describeOutcome(item) : '']),
  ]);
}

/** A first start changes nothing that anybody waits for; every other silence leaves what counts as it was. */
const HARMLESS = new Set(['first-start', 'told-with-change']);

function check(events: readonly RunEvent[], silences: Set<string>, types: Set<string>): void {
  let before: RunState | null = null;
  for (const event of events) {
    const after = foldEvent(before, event);
    const told = tellEvent(event, before, after);
    types.add(event.type);
    if (typeof told === 'string') {
      silences.add(told);
      expect(SILENT).toHaveProperty(told);
      if (!HARMLESS.has(told)) expect([event.type, told, weigh(after)]).toEqual([event.type, told, weigh(before)]);
    } else expect(told.length).toBeGreaterThan(0);
    before = after;
  }
}

describe('every change of a run', () => {
  it('is told, or kept silent for one of the listed reasons, for all types of events', () => {
    const [silences, types] = [new Set<string>(), new Set<string>()];
    for (const events of JOURNALS) check(events, silences, types);
    expect([...types].toSorted()).toEqual(RunEvent.options.map((option) => option.shape.type.value).toSorted());
    expect([...silences].toSorted()).toEqual(Object.keys(SILENT).toSorted());
  });

  it('is told in a world where anything goes wrong', async () => {
    const Move = fc.constantFrom(
      'approve',
      'approve',
      'approve',
      'approve',
      'ended',
      'running',
      'note',
      'cancel',
      'reject',
      'resume',
      'wipe',
    );
    const story = fc.record({
      moves: fc.array(Move, { maxLength: 12, size: 'max' }),
      luck: fc.array(fc.nat(9), { minLength: 6, maxLength: 20 }),
    });
    let told = 0;
    await fc.assert(
      fc.asyncProperty(story, async ({ moves, luck }) => {
        const world = new World(new Fate([]), (effect, attempt) =>
          luck[(effect.kind.length + attempt) % luck.length] === 0 ? makeFailure(attempt === 1 ? { class: 'preempted' } : {}) : null,
        );
        await world.begin();
        for (const move of moves) await world.play(move, 0);
        const events = await world.journal.read(runId, 0);
        check(events, new Set(), new Set());
        expect(foldEvents(events)?.version).toBe(events.length);
        told += tellRun(events).length;
      }),
      { numRuns: 40 },
    );
    expect(told).toBeGreaterThan(400);
  });
});
