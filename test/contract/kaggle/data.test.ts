import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CompetitionOptions } from '../../../src/stand-ins/kaggle/state.ts';
import { connect, HandClock, makeFolder, startKaggle, submission } from './harness.ts';

const ID = { owner: 'ada', slug: 'some-numbers' };

async function writeFiles(contents: Readonly<Record<string, string>>) {
  const folder = await makeFolder();
  const files = Object.keys(contents).map((name, index) => ({ name, path: join(folder, String(index)) }));
  for (const { name, path } of files) await writeFile(path, contents[name] ?? '');
  return files;
}

describe('data sets', () => {
  it('are made once for each token, first as a new one and then as versions', async () => {
    const clock = new HandClock();
    const kaggle = await startKaggle({ now: clock.now, timings: { datasetReadyMs: 10_000 } });
    const backend = connect(kaggle, { now: clock.now });
    const files = await writeFiles({ 'a.csv': 'x\n1\n', 'deep/b.csv': '' });
    const request = { id: ID, title: 'Some numbers', licence: 'CC0-1.0', files };
    expect(await backend.datasetState(ID)).toBeNull();
    await backend.publishDataset({ ...request, token: 'one' });
    expect(await backend.datasetState(ID)).toBe('BLOBS_RECEIVED');
    clock.move(11);
    expect(await backend.datasetState(ID)).toBe('READY');
    kaggle.fail({ kind: 'lost-answer', method: 'CreateDatasetVersion' });
    await expect(backend.publishDataset({ ...request, token: 'two' })).rejects.toMatchObject({ code: 'kaggle.outcome-unknown' });
    expect(await backend.publishDataset({ ...request, token: 'two' })).toMatchObject({ versionNumber: 2 });
    const changes = kaggle.calls.filter(({ method }) => method.startsWith('CreateDataset'));
    expect(changes.map(({ method }) => method)).toEqual(['CreateDataset', 'CreateDatasetVersion']);
    expect(changes[0]?.body).toMatchObject({ isPrivate: true, directories: [{ name: 'deep' }] });
  });

  it('are refused in an answer of status 200', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const files = await writeFiles({ 'a.csv': '1' });
    const request = { token: 'one', title: 'Some numbers', licence: 'CC0-1.0', files };
    const stranger = backend.publishDataset({ ...request, id: { owner: 'ben', slug: 'some-numbers' } });
    await expect(stranger).rejects.toMatchObject({ code: 'kaggle.refused', why: expect.stringMatching(/not allowed/) });
    await backend.submitAndFind(submission('print(1)\n', { id: 'ada/some-numbers', title: 'Some numbers' }));
    await expect(backend.publishDataset({ ...request, id: ID })).rejects.toMatchObject({ code: 'kaggle.conflict' });
  });

  it('are checked before anything is sent', async () => {
    const kaggle = await startKaggle();
    const request = { token: 'one', id: ID, title: 'Some', licence: 'CC0-1.0', files: [{ name: '../a', path: '/dev/null' }] };
    await expect(connect(kaggle).publishDataset(request)).rejects.toMatchObject({
      code: 'kaggle.refused',
      why: expect.stringMatching(/the title has 4.*\.\.\/a is no file name/),
    });
    expect(kaggle.calls).toEqual([]);
  });
});

describe('competitions', () => {
  const competition: CompetitionOptions = {
    slug: 'small-prize',
    dailyLimit: 2,
    score: (file) => {
      if (!file.toString().startsWith('id,y')) throw new Error('Submission must have the columns id and y');
      return file.length / 10;
    },
  };

  it('take a file once for each token, and score it', async () => {
    const kaggle = await startKaggle({ competitions: [competition] });
    const backend = connect(kaggle);
    const [file] = await writeFiles({ 'submission.csv': 'id,y\n1,2\n' });
    if (file === undefined) throw new Error('no file');
    const request = { competition: 'small-prize', token: 'tok-1', description: 'attempt 1', entry: { kind: 'file' as const, file } };
    kaggle.fail({ kind: 'lost-answer', method: 'CreateSubmission' });
    await expect(backend.enterCompetition(request)).rejects.toMatchObject({ code: 'kaggle.outcome-unknown' });
    const entered = await backend.enterCompetition(request);
    expect(await backend.readEntry(entered.ref)).toMatchObject({ state: 'COMPLETE', publicScore: 0.9 });
    expect(kaggle.calls.filter(({ method }) => method === 'CreateSubmission')).toHaveLength(1);
  });

  it('take what a notebook wrote, and say what is wrong with it', async () => {
    const kaggle = await startKaggle({ competitions: [competition] });
    const backend = connect(kaggle);
    const run = await backend.submitAndFind(submission('open("submission.csv", "w").write("nonsense")\n'));
    await expect.poll(async () => (await backend.status(run.id, 1)).state).toBe('COMPLETE');
    const entry = { kind: 'notebook' as const, run, fileName: 'submission.csv' };
    const { ref } = await backend.enterCompetition({ competition: 'small-prize', token: 'tok-1', description: '', entry });
    expect(await backend.readEntry(ref)).toMatchObject({
      state: 'ERROR',
      publicScore: null,
      errorDescription: expect.stringMatching(/columns id and y/),
    });
  });

  it('need a person where the rules are not accepted, and go on when they are', async () => {
    const kaggle = await startKaggle({ competitions: [{ ...competition, rulesAccepted: false }] });
    const backend = connect(kaggle);
    const [file] = await writeFiles({ 'submission.csv': 'id,y\n' });
    if (file === undefined) throw new Error('no file');
    const request = { competition: 'small-prize', token: 'tok-1', description: '', entry: { kind: 'file' as const, file } };
    await expect(backend.enterCompetition(request)).rejects.toMatchObject({
      code: 'kaggle.needs-person',
      remedy: expect.stringMatching(/competitions\/small-prize\/rules/),
    });
    kaggle.acceptRules('small-prize');
    expect(await backend.enterCompetition(request)).toMatchObject({ state: 'PENDING' });
  });

  it('say when the day’s submissions are used up, before anything is sent', async () => {
    const kaggle = await startKaggle({ competitions: [{ ...competition, dailyLimit: 1 }] });
    const backend = connect(kaggle);
    const [file] = await writeFiles({ 'submission.csv': 'id,y\n' });
    if (file === undefined) throw new Error('no file');
    const request = { competition: 'small-prize', description: '', entry: { kind: 'file' as const, file } };
    await backend.enterCompetition({ ...request, token: 'tok-1' });
    await expect(backend.enterCompetition({ ...request, token: 'tok-2' })).rejects.toMatchObject({
      code: 'kaggle.no-quota',
      transient: true,
    });
  });
});
