import { describe, expect, it } from 'vitest';
import { askForSecrets } from '../../../src/backends/kaggle/index.ts';
import { compareMachine } from '../../../src/core/kaggle/accelerators.ts';
import { connect, HandClock, startKaggle, submission } from './harness.ts';

const CODE = 'print("hello")\n';

describe('one submission, one push', () => {
  it('finds what it pushed before', async () => {
    const kaggle = await startKaggle();
    const first = await connect(kaggle).submitAndFind(submission(CODE));
    const again = await connect(kaggle).submitAndFind(submission(CODE));
    expect(again).toMatchObject({ versionNumber: first.versionNumber, id: first.id, kernelId: first.kernelId });
    expect(kaggle.calls.filter(({ method }) => method === 'SaveKernel')).toHaveLength(1);
  });

  it('looks after an answer that was lost, and does not push again', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    kaggle.fail({ kind: 'lost-answer', method: 'SaveKernel' });
    await expect(backend.submitAndFind(submission(CODE))).rejects.toMatchObject({ code: 'kaggle.outcome-unknown', transient: true });
    expect(await backend.submitAndFind({ ...submission(CODE), announcedAt: Date.now() })).toMatchObject({ versionNumber: 1 });
    expect(kaggle.calls.filter(({ method }) => method === 'SaveKernel')).toHaveLength(1);
  });

  it('pushes again after a server error that left nothing, once the dust has settled', async () => {
    const clock = new HandClock();
    const kaggle = await startKaggle({ now: clock.now });
    const backend = connect(kaggle, { now: clock.now });
    kaggle.fail({ kind: 'status', method: 'SaveKernel', status: 502, shape: 'page' });
    const announcedAt = clock.now();
    await expect(backend.submitAndFind(submission(CODE))).rejects.toMatchObject({ code: 'kaggle.outcome-unknown' });
    await expect(backend.submitAndFind({ ...submission(CODE), announcedAt })).rejects.toMatchObject({
      code: 'kaggle.outcome-unknown',
      why: expect.stringMatching(/may still appear/),
    });
    clock.move(61);
    expect(await backend.submitAndFind({ ...submission(CODE), announcedAt })).toMatchObject({ versionNumber: 1 });
  });

  it.each(['GetKernel', 'ListKernels', 'SaveKernel'].flatMap((method) => ['lost', 500, 503].map((what) => ({ method, what }))))(
    'ends with one version, whatever goes wrong on the way: $method $what',
    async ({ method, what }) => {
      const clock = new HandClock();
      const kaggle = await startKaggle({ now: clock.now });
      kaggle.fail(what === 'lost' ? { kind: 'lost-answer', method } : { kind: 'status', method, status: Number(what), shape: 'page' });
      let announcedAt: number | null = null;
      let versionNumber: number | null = null;
      for (let attempt = 0; attempt < 4 && versionNumber === null; attempt += 1) {
        // Each attempt is a process of its own that knows only what was written down before.
        const trying = connect(kaggle, { now: clock.now }).submitAndFind({ ...submission(CODE), announcedAt });
        announcedAt ??= clock.now();
        versionNumber = await trying.then(
          (run) => run.versionNumber,
          (error: unknown) => {
            expect(error).toMatchObject({ transient: true });
            return null;
          },
        );
        clock.move(40);
      }
      expect(versionNumber).toBe(1);
      const pulled = await connect(kaggle, { now: clock.now }).pull({ owner: 'ada', slug: 'small-script' });
      expect(pulled?.metadata.currentVersionNumber).toBe(1);
    },
  );

  it('finds its version under one that somebody else pushed later', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    await backend.submitAndFind(submission(CODE, {}, 'tok-1'));
    await backend.submitAndFind(submission(CODE, {}, 'tok-2'));
    expect(await backend.submitAndFind(submission(CODE, {}, 'tok-1'))).toMatchObject({ versionNumber: 1 });
    expect(await backend.submitAndFind(submission(CODE, {}, 'tok-2'))).toMatchObject({ versionNumber: 2 });
    expect(kaggle.calls.filter(({ method }) => method === 'SaveKernel')).toHaveLength(2);
  });

  it('does not take trouble for absence: nothing is pushed while the look-up fails', async () => {
    const kaggle = await startKaggle();
    kaggle.fail({ kind: 'status', status: 503, shape: 'page' }, 2);
    await expect(connect(kaggle).submitAndFind(submission(CODE))).rejects.toMatchObject({ code: 'kaggle.unavailable', transient: true });
    kaggle.clearFaults();
    // GetKernel answers 500 for a kernel that never was; the list must agree before that is believed.
    kaggle.fail({ kind: 'status', method: 'ListKernels', status: 503, shape: 'page' });
    await expect(connect(kaggle).submitAndFind(submission(CODE))).rejects.toMatchObject({ code: 'kaggle.unavailable' });
    expect(kaggle.calls.filter(({ method }) => method === 'SaveKernel')).toEqual([]);
  });
});

describe('what Kaggle says no to', () => {
  it('reads a refusal inside an answer of status 200', async () => {
    const kaggle = await startKaggle({ limits: { gpuSessions: 1 } });
    const backend = connect(kaggle);
    await backend.submitAndFind(submission('import time\ntime.sleep(60)\n', { enable_gpu: true }));
    const second = submission(CODE, { id: 'ada/other-script', title: 'Other script', enable_gpu: true }, 'tok-2');
    await expect(backend.submitAndFind(second)).rejects.toMatchObject({ code: 'kaggle.no-capacity', transient: true });
    kaggle.stopInBrowser('ada', 'small-script');
    expect(await backend.submitAndFind(second)).toMatchObject({ versionNumber: 1 });
  });

  it('knows the end of the week’s hours', async () => {
    const kaggle = await startKaggle();
    kaggle.useQuota('gpu', 30 * 3600);
    const submit = connect(kaggle).submitAndFind(submission(CODE, { enable_gpu: true }));
    await expect(submit).rejects.toMatchObject({ code: 'kaggle.no-quota', transient: true, details: { refusal: 'quota' } });
  });

  it('says which title goes with which address before it is sent', async () => {
    const kaggle = await startKaggle();
    const submit = connect(kaggle).submitAndFind(submission(CODE, { title: 'Another title' }));
    await expect(submit).rejects.toMatchObject({ code: 'kaggle.refused', why: expect.stringMatching(/under another-title/) });
    expect(kaggle.calls).toEqual([]);
  });

  it('turns a conflict into a question with the link', async () => {
    const kaggle = await startKaggle();
    kaggle.fail({ kind: 'status', method: 'SaveKernel', status: 409, message: 'Conflict' });
    const submit = connect(kaggle).submitAndFind(submission(CODE));
    await expect(submit).rejects.toMatchObject({
      code: 'kaggle.conflict',
      transient: false,
      remedy: expect.stringMatching(/kaggle\.com\/code\/ada\/small-script/),
    });
  });

  it('names inputs that were left out, also when the run is found again', async () => {
    const kaggle = await startKaggle();
    const wanted = submission(CODE, { dataset_sources: ['ada/not-there'] });
    expect(await connect(kaggle).submitAndFind(wanted)).toMatchObject({ missingInputs: ['ada/not-there'] });
    expect(await connect(kaggle).submitAndFind(wanted)).toMatchObject({ missingInputs: ['ada/not-there'] });
  });

  it('tells a bad token from everything else, and never shows one', async () => {
    const kaggle = await startKaggle();
    const token = 'KGAT_0123456789abcdef';
    const backend = connect(kaggle, { credentials: { kind: 'token', token } });
    await expect(backend.quota()).rejects.toMatchObject({
      code: 'kaggle.auth-refused',
      remedy: expect.stringMatching(/kaggle\.com\/settings/),
    });
    kaggle.fail({ kind: 'status', status: 400, message: `bad request by ${token}` });
    const error: unknown = await backend.quota().catch((caught: unknown) => caught);
    expect(String(error)).toContain('bad request by [secret]');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token);
  });

  it('keeps quiet for as long as Kaggle asks', async () => {
    const clock = new HandClock();
    const kaggle = await startKaggle({ now: clock.now });
    const backend = connect(kaggle, { now: clock.now });
    kaggle.fail({ kind: 'status', status: 429, message: 'Too many requests', retryAfterSeconds: 30 });
    const refused = { code: 'kaggle.rate-limited', transient: true };
    await expect(backend.quota()).rejects.toMatchObject({ ...refused, details: { status: 429, retryAfterSeconds: 30 } });
    await expect(backend.quota()).rejects.toMatchObject({ ...refused, details: { retryAfterSeconds: 30 } });
    expect(kaggle.calls).toHaveLength(1);
    clock.move(31);
    expect(await backend.quota()).toMatchObject({ gpu: { totalSeconds: 108_000, usedSeconds: 0 } });
  });

  it('reads a message from whichever body it comes in', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    for (const shape of ['nested', 'flat', 'page'] as const) {
      kaggle.fail({ kind: 'status', status: 400, message: 'the reason', shape });
      await expect(backend.quota()).rejects.toMatchObject({ code: 'kaggle.refused', why: expect.stringMatching(/the reason/) });
    }
  });

  it('knows the owner of a token and of a key', async () => {
    const kaggle = await startKaggle();
    expect(await connect(kaggle).whoAmI()).toBe('ada');
    const { username, key } = kaggle.account;
    expect(await connect(kaggle, { credentials: { kind: 'key', username, key } }).whoAmI()).toBe('ada');
    await expect(connect(kaggle, { credentials: { kind: 'key', username, key: 'wrong' } }).whoAmI()).rejects.toMatchObject({
      code: 'kaggle.auth-refused',
    });
    expect(kaggle.calls.map(({ scheme }) => scheme)).toEqual(['Bearer', 'Basic', 'Basic']);
  });

  it('lets see that Kaggle started another machine than was asked for', async () => {
    const backend = connect(await startKaggle());
    const run = await backend.submitAndFind(submission(CODE, { machine_shape: 'NvidiaTeslaP100' }));
    const pulled = await backend.pull(run.id);
    expect(compareMachine('NvidiaTeslaP100', pulled?.metadata.machineShape ?? '')).toBe(
      'It asked for NvidiaTeslaP100 and ran on NvidiaTeslaT4.',
    );
    expect(await backend.pull({ owner: 'ada', slug: 'none-such' })).toBeNull();
  });

  it('sends a person to the editor for secrets', () => {
    expect(askForSecrets({ owner: 'ada', slug: 'small-script' }, ['WANDB'])).toMatchObject({
      code: 'kaggle.needs-person',
      remedy: expect.stringContaining('https://www.kaggle.com/code/ada/small-script/edit'),
    });
  });

  it('says that nothing listens, without doubt about what was sent', async () => {
    const backend = connect(await startKaggle(), { apiUrl: 'http://127.0.0.1:9/v1' });
    await expect(backend.quota()).rejects.toMatchObject({ code: 'kaggle.unavailable', transient: true });
  });
});
