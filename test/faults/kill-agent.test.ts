/** kill -9 of the worker at twenty moments of a session of thirty turns: it ends as if nothing had been, each deed done once. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { callTool, type Player } from '../../src/stand-ins/model/player.ts';
import { startModelStandIn, type ModelStandIn } from '../../src/stand-ins/model/server.ts';
import { Person } from '../e2e/person.ts';
import { makeTraining } from '../e2e/repos.ts';
import { chen, Stack } from '../support/stack.ts';

vi.setConfig({ testTimeout: 420_000 });

const TURNS = 30;
const KILLS = 20;
/** Turns in which a command is run that a person has to approve: each leaves a line in a file of its own. */
const DEEDS = new Set([3, 11, 19, 27]);
/** How long the model thinks: so long that a life of the worker is over after a turn or two. */
const THOUGHT_MS = 400;

let stack: Stack;
let person: Person;
let model: ModelStandIn;

beforeAll(async () => {
  model = await startModelStandIn({ player: steady });
  stack = await Stack.start({ lockMs: 900, env: { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: model.url } });
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
  await model?.close();
});

/** Reads on, notes, and runs a command now and then; what it says follows from how often it has spoken alone. */
const steady: Player = async ({ spoken }) => {
  await sleep(THOUGHT_MS);
  if (spoken >= TURNS - 1) return { content: [callTool('give-up', { report: 'The table has no such key.' })] };
  if (DEEDS.has(spoken)) return { content: [callTool('run', { command: `echo done >> deed-${spoken}`, why: 'to see it done once' })] };
  const look = callTool('read', { path: 'train.py', from: spoken + 1, lines: 2 });
  return { content: [{ type: 'thinking', thinking: `turn ${spoken}` }, look, callTool('note', { text: `line ${spoken + 1} is read` })] };
};

/** Numbers from 0 to 1 that are the same in every run. */
function* draw(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test('twenty deaths in thirty turns', async () => {
  const repo = await makeTraining(stack.folder, 'mortal', { before: 'table = {}; table["adamx"]' });
  const runId = await person.reproduce(repo);
  await person.approve(runId, 1, chen);
  await person.approve(runId, 2, chen);
  await person.awaitState(runId, 'a session', (state) => state.agents.length === 1);
  const carried = person.carryThrough(runId, 350);
  // Told where it is awaited; until then a death of this test itself is enough to read about.
  carried.catch(() => {});
  const moments = draw(20261127);
  let kills = 0;
  while (kills < KILLS) {
    const before = await person.state(runId);
    if (before.verdict !== null) break;
    // Every life does something, so that the deaths spread over the whole session.
    await person.awaitState(runId, 'another fact', (state) => state.version > before.version || state.verdict !== null);
    await sleep(moments.next().value * 350);
    await stack.killAndStart('worker');
    kills += 1;
  }
  const state = await carried;
  expect(kills).toBe(KILLS);

  const [agent] = state.agents;
  expect(state.verdict).toMatchObject({ as: 'NOT READY', reason: expect.stringContaining('no such key') as string });
  expect(agent?.end).toEqual({ as: 'gave-up', report: 'The table has no such key.', proposal: null });
  expect(agent?.turns).toHaveLength(TURNS);
  const names = Array.from({ length: TURNS - 1 }, (_, turn) => (DEEDS.has(turn) ? ['run'] : ['read', 'note']));
  expect(agent?.calls.map((call) => call.name)).toEqual([...names.flat(), 'give-up']);

  // No answer is written down twice, and what was paid twice is at most what a death cut off.
  const facts = (await person.events(runId)).flatMap((event) => (event.type === 'agent.fact' ? [event.fact] : []));
  expect(facts.flatMap((fact) => (fact.kind === 'turned' ? [fact.turn] : []))).toEqual(Array.from({ length: TURNS }, (_, turn) => turn));
  expect(model.calls.length).toBeLessThanOrEqual(TURNS + KILLS);

  // Each approved command was asked for once and run once; where a death cut it off the model is told, and it is not run again.
  const asked = state.approvals.filter((approval) => approval.action.kind === 'run-command');
  expect(asked.map((approval) => approval.settled?.as)).toEqual([...DEEDS].map(() => 'granted'));
  for (const turn of DEEDS) {
    const call = agent?.calls.find((one) => one.turn === turn);
    const lines = await readFile(join(stack.workFolder(runId), `deed-${turn}`), 'utf8').catch(() => '');
    if (call?.result?.failed === false) expect(lines, `deed ${turn}`).toBe('done\n');
    else expect(['', 'done\n'], `deed ${turn}: ${call?.result?.text ?? ''}`).toContain(lines);
    expect(facts.filter((fact) => fact.kind === 'tool-began' && fact.call === call?.id)).toHaveLength(1);
  }
});
