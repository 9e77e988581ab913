import { describe, expect, it, vi } from 'vitest';
import type { Failure, Remedy } from '../../../src/core/failure.ts';
import { foldEvent, foldEvents } from '../../../src/core/run/fold.ts';
import { RunState } from '../../../src/core/run/state.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { escapeText } from '../../../src/slack/blocks.ts';
import fc from '../../support/properties.ts';
import { makeFailure, runId } from './builders.ts';
import { isAlive, World, type Fortune } from './crash-world.ts';
import { Fate, freeze } from './fate.ts';

const MOVES = [
  'approve',
  'approve',
  'approve',
  'approve',
  'ended',
  'ended',
  'running',
  'note',
  'cancel',
  'reject',
  'resume',
  'approve-other',
  'wipe',
];

const LIMITS = { numRuns: 150 };
// A busy machine makes it slow, and shrinking a counterexample takes long.
vi.setConfig({ testTimeout: 240_000 });

/** What goes on by itself, one piece at a time. */
const MACHINES = ['work', 'work', 'work', 'work', 'work', 'work', 'work', 'work', 'sweep', 'poll', 'post'];

const REMEDIES: readonly (Remedy | null)[] = [
  null,
  { kind: 'retry', waitSeconds: 0, elsewhere: false },
  { kind: 'install', packages: [{ name: 'einops', specifier: '' }] },
  { kind: 'set-argument', argument: '--batch-size', value: '8' },
  { kind: 'set-env', name: 'OMP_NUM_THREADS', value: '1' },
  { kind: 'more-resources', memoryFactor: 2, timeFactor: 1 },
  { kind: 'ask', question: 'Which one?' },
  { kind: 'provide-path', path: '/data', question: 'Where is it?' },
];

const Story = fc.record({
  moves: fc.array(fc.constantFrom(...MOVES), { minLength: 1, maxLength: 14, size: 'max' }),
  // Most work goes well; a number names the remedy of a failure.
  luck: fc.array(fc.oneof({ weight: 9, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(REMEDIES.length - 1) }), {
    minLength: 8,
    maxLength: 40,
  }),
  deaths: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }), {
    maxLength: 300,
    size: 'max',
  }),
  duplicates: fc.array(fc.nat(3), { minLength: 14, maxLength: 14 }),
});
type Story = typeof Story extends fc.Arbitrary<infer T> ? T : never;

const KINDS = ['clone', 'navigate-repo', 'resolve-deps', 'build-env', 'plan-sample', 'submit-job', 'examine-job', 'cancel-job'];

/** Classes that the policy tries again without asking. */
const PASSING = ['preempted', 'node_failure', 'network_timeout'];

function tellFortune(luck: readonly number[]): Fortune {
  return (effect, attempt): Failure | null => {
    const drawn = luck[(KINDS.indexOf(effect.kind) + attempt * 5) % luck.length] ?? -1;
    // In every third story the first job is preempted.
    if (effect.kind === 'examine-job' && attempt === 1 && luck.length % 3 === 0) return makeFailure({ class: 'preempted' });
    if (drawn === -1) return null;
    const passing = PASSING[(drawn + attempt) % (2 * PASSING.length)];
    return makeFailure({ remedy: REMEDIES[drawn] ?? null, ...(passing === undefined ? {} : { class: passing }) });
  };
}

async function play(
  story: Story,
  deaths: readonly boolean[],
  duplicates: readonly number[],
): Promise<{ world: World; states: RunState[] }> {
  const world = new World(new Fate(deaths), tellFortune(story.luck));
  const states: RunState[] = [];
  await world.begin();
  states.push(await world.state());
  for (const [index, move] of story.moves.entries()) {
    await world.play(move, duplicates[index] ?? 0);
    states.push(await world.state());
  }
  return { world, states };
}

async function checkSafety(world: World, states: readonly RunState[]): Promise<void> {
  for (const count of world.submissions.values()) expect(count).toBe(1);
  const last = states.at(-1);
  for (const [token, digest] of world.approvedDigests) {
    const approval = last?.approvals.find(
      (item) => item.action.kind === 'submit-job' && item.action.spec.token === token.replace(/-r\d+$/, ''),
    );
    expect(approval).toMatchObject({ digest, settled: { as: 'granted' } });
  }
  expect(new Set(world.journal.commands).size).toBe(world.journal.commands.length);
  for (const state of states) expect(isAlive(state)).toBe(true);
  if (last !== undefined) expect(world.listOrphans(last)).toEqual([]);
  if (last === undefined) return;
  const posted = world.slack.messages.map((message) => message.slot);
  const wanted = viewRun(last).map((slot) => slot.name);
  expect(new Set(posted).size).toBe(posted.length);
  // A resumed run keeps its earlier last words, if there was time to say them; everything else is what the view asks for.
  expect(posted.filter((slot) => !slot.startsWith('result:') || wanted.includes(slot)).toSorted()).toEqual(wanted.toSorted());
  for (const slot of viewRun(last)) {
    const message = world.slack.messages.find((item) => item.slot === slot.name);
    expect(message?.text).toContain(escapeText(slot.summary));
  }
  await checkReplay(world, last);
}

/** The journal alone gives the state; each prefix is a state that can be stored; what went in is not changed. */
async function checkReplay(world: World, last: RunState): Promise<void> {
  const events = await world.journal.read(runId, 0);
  expect(foldEvents(events)).toEqual(last);
  let state: RunState | null = null;
  for (const event of events) {
    state = freeze(foldEvent(state, event));
    expect(isAlive(state) || event !== events.at(-1)).toBe(true);
  }
  expect(state).toEqual(last);
  expect(RunState.parse(JSON.parse(JSON.stringify(last)))).toEqual(last);
}

describe('a run', () => {
  it('comes out the same whether or not processes die and deliveries come twice', async () => {
    let deaths = 0;
    let submissions = 0;
    let retries = 0;
    await fc.assert(
      fc.asyncProperty(Story, async (story) => {
        const calm = await play(story, [], []);
        const rough = await play(story, story.deaths, story.duplicates);
        await checkSafety(calm.world, calm.states);
        await checkSafety(rough.world, rough.states);
        expect(rough.states).toEqual(calm.states);
        expect(rough.world.submissions).toEqual(calm.world.submissions);
        const posted = ({ world }: typeof calm): string[] => world.slack.messages.map((message) => message.slot).toSorted();
        expect(posted(rough)).toEqual(posted(calm));
        deaths += rough.world.fate.deaths;
        submissions += rough.world.submissions.size;
        retries += rough.states.at(-1)?.failures.filter((item) => item.step === 'sample-run' && item.retry !== undefined).length ?? 0;
      }),
      LIMITS,
    );
    // The stories were worth telling.
    expect(deaths).toBeGreaterThan(300);
    expect(submissions).toBeGreaterThan(20);
    expect(retries).toBeGreaterThan(5);
  });

  it('is safe and never stuck, in whatever order machines work and die', { timeout: 60_000 }, async () => {
    const Moves = fc.array(fc.constantFrom(...MOVES.filter((move) => move !== 'wipe'), ...MACHINES), { maxLength: 80, size: 'max' });
    let cancelled = 0;
    let submissions = 0;
    await fc.assert(
      fc.asyncProperty(Moves, Story, async (moves, { luck, deaths }) => {
        const world = new World(new Fate(deaths), tellFortune(luck));
        await world.begin();
        const states: RunState[] = [];
        for (const move of moves) {
          await world.stumble(move);
          states.push(await world.state());
        }
        await world.settle();
        states.push(await world.state());
        await checkSafety(world, states);
        cancelled += states.some((state) => state.cancel !== null && state.verdict === null) ? 1 : 0;
        submissions += world.submissions.size;
      }),
      LIMITS,
    );
    expect(cancelled).toBeGreaterThan(5);
    expect(submissions).toBeGreaterThan(20);
  });
});
