import { describe, expect, it } from 'vitest';
import { buildPush, KernelMetadata, listMissingInputs } from '../../../src/core/kaggle/metadata.ts';

const plain = { id: 'ada/first-kernel', title: 'First kernel', code_file: 'main.py', language: 'python', kernel_type: 'script' };
const build = (changes: object = {}, more: { timeLimitSeconds?: number } = {}) =>
  buildPush({ metadata: KernelMetadata.parse({ ...plain, ...changes }), source: 'print(1)\n', token: 'tok-1', ...more });

describe('the body of a push', () => {
  it('is built from kernel-metadata.json', () => {
    const built = build(
      {
        enable_gpu: 'true',
        enable_internet: false,
        machine_shape: 'NvidiaTeslaT4',
        dataset_sources: ['datasets/ada/numbers', 'ada/more/3'],
        id_no: 7,
      },
      { timeLimitSeconds: 99.5 },
    );
    expect(built).toEqual({
      ok: true,
      id: { owner: 'ada', slug: 'first-kernel' },
      body: {
        slug: 'ada/first-kernel',
        id: 7,
        newTitle: 'First kernel',
        text: 'print(1)\n# reprobot-submission: tok-1\n',
        language: 'python',
        kernelType: 'script',
        isPrivate: true,
        enableGpu: true,
        enableTpu: false,
        enableInternet: false,
        machineShape: 'NvidiaTeslaT4',
        datasetDataSources: ['ada/numbers', 'ada/more/3'],
        competitionDataSources: [],
        kernelDataSources: [],
        modelDataSources: [],
        categoryIds: [],
        sessionTimeoutSeconds: 100,
      },
    });
  });

  it('leaves out a machine shape that `kernels init` wrote empty', () => {
    const built = build({ machine_shape: '' });
    expect(built.ok && 'machineShape' in built.body).toBe(false);
  });

  it.each([
    [{ id: 'ada/first-kernel/2' }, {}, 'must be owner/slug'],
    [{ id: undefined }, {}, 'must be owner/slug'],
    [{ title: 'Second kernel' }, {}, 'under second-kernel'],
    [{ title: undefined }, {}, 'the title has 0 characters'],
    [{ dataset_sources: ['numbers'] }, {}, 'dataset_sources: "numbers" must be owner/slug'],
    [{ kernel_sources: ['ada/abc'] }, {}, 'kernel_sources'],
    [{ competition_sources: ['x/y'] }, {}, 'competition_sources'],
    [{ model_sources: ['a/b/c/d'] }, {}, 'model_sources'],
    [{}, { timeLimitSeconds: 43_201 }, 'the time limit'],
    [{}, { timeLimitSeconds: 0 }, 'the time limit'],
  ])('is refused for %j %j', (changes, more, why) => {
    const built = build(changes, more);
    expect(built.ok ? [] : built.problems).toEqual([expect.stringContaining(why)]);
  });
});

it('compares inputs without prefix, version and case', () => {
  const none = { datasetDataSources: [], competitionDataSources: [], kernelDataSources: [], modelDataSources: [] };
  const wanted = {
    ...none,
    datasetDataSources: ['ada/numbers/3', 'ada/gone'],
    competitionDataSources: ['Titanic'],
    kernelDataSources: ['ada/other-one'],
  };
  const saved = {
    ...none,
    datasetDataSources: ['datasets/Ada/numbers'],
    competitionDataSources: ['titanic'],
    kernelDataSources: ['code/ada/other-one'],
  };
  expect(listMissingInputs(wanted, saved)).toEqual(['ada/gone']);
});
