/** Answers that reach further than once: real app, worker, Redis and shell; the model is a scripted player behind the real wire. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { RunState } from '../../src/core/run/state.ts';
import { drawMessage, findButton } from '../../src/embedded/draw-message.ts';
import type { Player } from '../../src/stand-ins/model/player.ts';
import { startModelStandIn, type ModelStandIn } from '../../src/stand-ins/model/server.ts';
import { ada, ben, chen, Stack } from '../support/stack.ts';
import { Person } from './person.ts';
import { makeRepo } from './repos.ts';

vi.setConfig({ testTimeout: 180_000 });

let stack: Stack;
let person: Person;
let model: ModelStandIn;
let repo: string;

beforeAll(async () => {
  model = await startModelStandIn({ player: runs([]) });
  stack = await Stack.start({ env: { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: model.url } });
  person = new Person(stack);
  const train =
    'import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--steps", type=int, default=9)\nparser.parse_args()\nscales = {"adam": 1}\nprint(scales["adamx"])\n';
  repo = await makeRepo(stack.folder, 'asks', { 'train.py': train, 'README.md': '# asks\n\n    python train.py\n' });
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
  await model?.close();
});

/** Wants these commands run, one after the other, and gives up. */
function runs(commands: readonly string[]): Player {
  return ({ spoken }) => {
    const command = commands[spoken];
    const call =
      command === undefined ? { name: 'give-up', input: { report: 'that was all' } } : { name: 'run', input: { command, why: 'to see' } };
    return { content: [{ type: 'tool_use', ...call }] };
  };
}

/** A run whose agent wants these commands, as far as its first question about one, or its end. */
async function begin(commands: readonly string[]): Promise<{ runId: string; state: RunState }> {
  model.play(runs(commands));
  const runId = await person.reproduce(repo);
  for (const question of [1, 2]) await person.approve(runId, question, chen);
  return { runId, state: await person.awaitState(runId, 'a question of the agent, or the end', isAsking, 120) };
}

const isAsking = (state: RunState): boolean => state.verdict !== null || state.approvals.some((one) => one.id > 2 && one.settled === null);
const listAsked = (state: RunState): string[] =>
  state.approvals.flatMap(({ action }) => (action.kind === 'run-command' ? [action.command] : []));
const listCalls = (state: RunState) => state.agents.flatMap((agent) => agent.calls).filter((call) => call.name === 'run');
const awaitEnd = (runId: string): Promise<RunState> => person.awaitVerdict(runId, 120);

async function readLines(runId: string, name: string): Promise<number> {
  return (await readFile(join(stack.workFolder(runId), name), 'utf8')).split('\n').length - 1;
}

/** Presses a button that opens a modal, and sends that. */
async function sendModal(runId: string, slot: string, action: string, fields: Record<string, string>, user = chen): Promise<string> {
  await person.press(runId, slot, action, user);
  const modal = await person.modal(action, user);
  await person.submit(modal, fields, user);
  return JSON.stringify(modal.view.blocks);
}

test('“for this run” asks once for two equal commands, and only approvers may say it', async () => {
  const line = 'date +run >> seen.txt';
  const { runId } = await begin([line, line, 'date +another >> seen.txt']);
  expect(await person.hearPrivately(ben, () => person.press(runId, 'approval:3', 'run.allow-run', ben), await whereOf(runId))).toContain(
    'approver',
  );
  expect((await person.state(runId)).approvals[2]?.settled).toBeNull();
  await person.press(runId, 'approval:3', 'run.allow-run', chen);
  const state = await person.awaitState(runId, 'another question', (now) => now.approvals.some((one) => one.id === 4));
  expect(listAsked(state)).toEqual([line, 'date +another >> seen.txt']);
  expect(await readLines(runId, 'seen.txt')).toBe(2);
  expect(listCalls(state)[1]?.because).toBe('question 3, answered for this run');
  await sayNo(runId, 4);
  await awaitEnd(runId);
  expect(await readLines(runId, 'seen.txt')).toBe(2);
});

/** Once the question stands in the thread: before that it is no answer to it. */
async function sayNo(runId: string, question: number): Promise<void> {
  await person.slot(runId, `approval:${question}`);
  await person.reply(runId, 'no', chen);
}

async function whereOf(runId: string): Promise<{ threadTs: string | undefined }> {
  return { threadTs: (await person.state(runId)).thread?.ts };
}

test('“always” is shown with what else it allows, survives a restart, holds in a second run, and is revoked by who may', async () => {
  const line = 'touch --date=2024 made.txt';
  const first = await begin([line]);
  const asked = await person.slot(first.runId, 'approval:3');
  expect(drawMessage(asked).join('\n')).toContain('touch --date=<number> made.txt');
  const shown = await sendModal(first.runId, 'approval:3', 'run.allow-always', {});
  expect(shown).toContain('touch --date=100000 made.txt');
  await awaitEnd(first.runId);
  expect(existsSync(join(stack.workFolder(first.runId), 'made.txt'))).toBe(true);
  const id = `${first.runId}.3`;
  expect(await person.type('rules', chen)).toContain(id);

  await Promise.all([stack.killAndStart('worker'), stack.killAndStart('app')]);
  const second = await begin(['touch --date=2025 made.txt']);
  expect(second.state.verdict).not.toBeNull();
  expect(listAsked(second.state)).toEqual([]);
  expect(listCalls(second.state)[0]).toMatchObject({ because: `standing rule ${id}`, result: { failed: false } });
  expect(existsSync(join(stack.workFolder(second.runId), 'made.txt'))).toBe(true);

  expect(await person.type(`rules revoke ${id}`, ben)).toMatch(/Only .* and admins|no rule/);
  expect(await person.type(`rules revoke ${id}`, ada)).toContain('is revoked');
  expect(await person.type('rules', chen)).toContain('no standing rules');
  const third = await begin([line]);
  expect(listAsked(third.state)).toEqual([line]);
  await sayNo(third.runId, 3);
  await awaitEnd(third.runId);
  expect(existsSync(join(stack.workFolder(third.runId), 'made.txt'))).toBe(false);
});

test('edit and approve runs the changed line only; a change that may do more is asked about again', async () => {
  const { runId } = await begin(['touch wanted.txt', 'touch second.txt']);
  expect(findButton(await person.slot(runId, 'approval:3'), 'run.edit')).not.toBeNull();
  await sendModal(runId, 'approval:3', 'run.edit', { command: 'touch changed.txt' });
  const after = await person.awaitState(runId, 'the second command', (now) => now.approvals.some((one) => one.id === 5));
  expect(existsSync(join(stack.workFolder(runId), 'changed.txt'))).toBe(true);
  expect(existsSync(join(stack.workFolder(runId), 'wanted.txt'))).toBe(false);
  expect(after.approvals.slice(2, 4)).toMatchObject([
    { settled: { as: 'edited', by: chen, command: 'touch changed.txt' } },
    { settled: { as: 'granted', by: chen, editOf: 3 }, action: { command: 'touch changed.txt' } },
  ]);
  expect(after.approvals[3]?.digest).not.toBe(after.approvals[2]?.digest);
  expect(listCalls(after)[0]?.result?.text).toContain('what ran is: touch changed.txt');

  await sendModal(runId, 'approval:5', 'run.edit', { command: 'rm changed.txt' });
  const again = await person.awaitState(runId, 'the changed line as a question', (now) => now.approvals.some((one) => one.id === 6));
  expect(again.approvals[5]).toMatchObject({ settled: null, action: { command: 'rm changed.txt' } });
  expect(existsSync(join(stack.workFolder(runId), 'changed.txt'))).toBe(true);
  await sendModal(runId, 'approval:6', 'run.edit', { command: 'sudo rm changed.txt' });
  const state = await awaitEnd(runId);
  expect(listCalls(state)[1]?.result?.text).toContain('is refused here');
  expect(existsSync(join(stack.workFolder(runId), 'changed.txt'))).toBe(true);
});
