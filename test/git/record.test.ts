import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/run/events.ts';
import { foldEvents } from '../../src/core/run/fold.ts';
import { createRecord, describeCommit, listRecorded, readRecordedState, runFolder } from '../../src/git/record.ts';
import { ada, ended, makeFailure, running, runId, Walk } from '../core/run/builders.ts';
import { git, makeFolder, remove } from './git-lab.ts';

let dataDir: string;
let folder: string;

beforeEach(async () => {
  dataDir = await makeFolder('data');
  folder = join(runFolder(dataDir, runId), 'record');
});
afterEach(async () => {
  await remove(dataDir);
});

const log = (): string[] => git(folder, 'log', '--reverse', '--format=%s').split('\n');
const repo = 'karpathy/minGPT';

const whole = [
  `clone: ${repo} attempt 1 - cloned`,
  `map: ${repo} attempt 1 - mapped`,
  `env: ${repo} attempt 1 - resolved`,
  `approval: ${repo} question 1 - granted by ${ada}`,
  `env: ${repo} attempt 1 - built`,
  `approval: ${repo} question 2 - granted by ${ada}`,
  `run: ${repo} - submitted as job-of-${runId}-1`,
  `run: ${repo} attempt 1 - done`,
  `verdict: ${repo} - READY`,
];

it('writes one commit a step, in whatever pieces the journal comes', async () => {
  const { events } = Walk.begin().toJob().observe(running).toEnd();
  for (let end = 1; end <= events.length; end += 3) await createRecord(dataDir, runId).write(events.slice(0, end));
  await createRecord(dataDir, runId).write(events);
  await createRecord(dataDir, runId).write(events);
  expect(log()).toEqual(whole);
  expect(git(folder, 'status', '--porcelain')).toBe('');
  expect(git(folder, 'show', 'HEAD~8:state.json')).toContain('"status": "done"');
  expect(await readFile(join(folder, 'REPO_MAP.md'), 'utf8')).toBe('# Map\n');
  expect(await readFile(join(folder, 'approvals.jsonl'), 'utf8')).toMatch(/^\{.*\}\n\{.*\}\n$/);
});

it('gives the same history whether written step by step or at the end', async () => {
  const { events } = Walk.begin().toJob().toEnd();
  for (let end = 1; end <= events.length; end += 1) await createRecord(dataDir, runId).write(events.slice(0, end));
  const other = await makeFolder('data');
  await createRecord(other, runId).write(events);
  const trees = (data: string): string => git(join(runFolder(data, runId), 'record'), 'log', '--format=%H %T');
  expect(trees(other)).toBe(trees(dataDir));
  await remove(other);
});

it('numbers attempts after a failure', async () => {
  const walk = Walk.begin().toFirstQuestion().approve();
  walk.fail(makeFailure({ class: 'missing_module', remedy: { kind: 'install', packages: [{ name: 'einops', specifier: '' }] } })).work();
  await createRecord(dataDir, runId).write(walk.events);
  expect(log().slice(-2)).toEqual([`env: ${repo} attempt 1 - failed, missing_module`, `env: ${repo} attempt 2 - resolved`]);
});

describe('state.json', () => {
  it('is the whole state at every point of a run', async () => {
    const walk = Walk.begin();
    const moves = [() => walk, () => walk.toFirstQuestion(), () => walk.approve(), () => walk.fail(makeFailure()), () => walk.work()];
    for (const move of moves) {
      const { events, state } = move();
      await createRecord(dataDir, runId).write(events);
      expect(await readRecordedState(dataDir, runId)).toEqual(state);
    }
    expect(await listRecorded(dataDir)).toEqual([runId]);
  });

  it('is enough to carry on', async () => {
    const walk = Walk.begin().toJob();
    await createRecord(dataDir, runId).write(walk.events);
    const restored = new Walk();
    restored.do({ kind: 'restore', id: 'r', at: 9e12, by: ada, state: await readRecordedState(dataDir, runId) });
    restored.observe(ended).work();
    expect(restored.state.verdict?.as).toBe('READY');
    // The restored run writes on in the same record.
    await createRecord(dataDir, runId).write(restored.events);
    expect(log()).toEqual(whole);
  });

  it.each(['../../etc', 'r', 'R1234', 'r../..', ''])('is not looked for under the name “%s”', async (name) => {
    expect(await readRecordedState(dataDir, name)).toBeNull();
  });

  it('is refused when it holds something else', async () => {
    await createRecord(dataDir, runId).write(Walk.begin().events);
    await writeFile(join(folder, 'state.json'), '{"schemaVersion":1}');
    await expect(readRecordedState(dataDir, runId)).rejects.toThrow();
  });
});

describe('crashes', () => {
  const { events } = Walk.begin().toJob().toEnd();

  it('commits once when the files were written and the commit was not', async () => {
    await createRecord(dataDir, runId).write(events.slice(0, 4));
    await writeFile(join(folder, 'state.json'), 'half of a');
    await writeFile(join(folder, 'state.json.tmp'), 'half of a');
    await createRecord(dataDir, runId).write(events);
    expect(log()).toEqual(whole);
    expect(await readRecordedState(dataDir, runId)).toEqual(foldEvents(events));
    expect(git(folder, 'log', '--format=%H', '--', '*.tmp')).toBe('');
  });

  it('goes on where a killed git left its locks', async () => {
    await createRecord(dataDir, runId).write(events.slice(0, 8));
    for (const lock of ['index.lock', 'HEAD.lock', 'refs/heads/main.lock']) await writeFile(join(folder, '.git', lock), '');
    await createRecord(dataDir, runId).write(events);
    expect(log()).toEqual(whole);
  });

  it.each(['', 'HEAD', 'HEAD config'])('goes on where git init was killed with only “%s” in place', async (files) => {
    await mkdir(join(folder, '.git'), { recursive: true });
    for (const name of files.split(' ').filter((item) => item !== ''))
      await writeFile(join(folder, '.git', name), name === 'HEAD' ? 'ref: refs/heads/main\n' : '');
    await createRecord(dataDir, runId).write(events);
    expect(log()).toEqual(whole);
  });

  it('writes everything anew when the record was deleted', async () => {
    await createRecord(dataDir, runId).write(events);
    await rm(folder, { recursive: true });
    await createRecord(dataDir, runId).write(events);
    expect(log()).toEqual(whole);
  });

  it('never writes into a repository around it', async () => {
    git(dataDir, 'init', '-q', '-b', 'main', '.');
    git(dataDir, 'commit', '-q', '--allow-empty', '-m', 'around');
    await createRecord(dataDir, runId).write(events);
    expect(git(dataDir, 'log', '--format=%s')).toBe('around');
    expect(existsSync(join(folder, '.git'))).toBe(true);
  });
});

describe('describeCommit', () => {
  const { state } = Walk.begin().toJob();
  const step = { v: 1, at: 1, step: 'resolve-deps', attempt: 2 } as const;
  it.each<[RunEvent, string | null]>([
    [{ ...step, type: 'step.done', summary: '' }, `env: ${repo} attempt 2 - resolved`],
    [{ ...step, type: 'step.failed', failure: makeFailure() }, `env: ${repo} attempt 2 - failed, oom_gpu`],
    [{ ...step, type: 'step.started', phase: 'work' }, null],
    [
      { v: 1, at: 1, type: 'approval.rejected', id: 3, by: 'UBEN', reason: 'no', via: 'reply' },
      `approval: ${repo} question 3 - rejected by UBEN`,
    ],
    [{ v: 1, at: 1, type: 'run.finished', verdict: { as: 'CANCELLED', reason: '' } }, `verdict: ${repo} - CANCELLED`],
    [{ v: 1, at: 1, type: 'note.added', by: 'U', text: 'x', ts: null }, null],
  ])('of %j', (event, message) => {
    expect(describeCommit(state, event)).toBe(message);
  });
});
