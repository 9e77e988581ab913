import { execFile } from 'node:child_process';
import { lstat, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { KaggleBackend } from '../../../src/backends/kaggle/index.ts';
import type { KernelRun } from '../../../src/core/kaggle/kernel-run.ts';
import { renderInputFinder } from '../../../src/core/kaggle/mounts.ts';
import { renderLog } from '../../../src/core/kaggle/read-log.ts';
import { connect, HandClock, makeFolder, makeNotebook, startKaggle, submission } from './harness.ts';

/** Looks until the run has ended. */
async function waitForEnd(backend: KaggleBackend, run: KernelRun) {
  let sawActive = false;
  let report = await look();
  async function look() {
    const [seen] = await backend.pollMany([{ run, sawActive, logRecords: 0 }], { logs: false });
    if (seen === undefined) throw new Error('no report');
    sawActive ||= seen.observation.kind === 'active';
    return seen;
  }
  await expect
    .poll(async () => {
      report = await look();
      return report.observation.kind;
    })
    .toBe('ended');
  return report;
}

describe('a run on Kaggle', () => {
  it('goes from a push over its log to its files', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const code =
      'import os\nprint("größer", os.getcwd())\nos.makedirs("plots/a")\nopen("plots/a/one.txt", "w").write("1")\nopen("result.json", "w").write("{}")\n';
    const run = await backend.submitAndFind(submission(code));
    expect(run).toMatchObject({ id: { owner: 'ada', slug: 'small-script' }, versionNumber: 1, missingInputs: [] });
    const { observation } = await waitForEnd(backend, run);
    expect(observation).toMatchObject({ kind: 'ended', outcome: 'completed', schedulerState: 'COMPLETE' });
    const folder = await makeFolder();
    const fetched = await backend.fetchOutputs(run, folder);
    expect(fetched).toEqual({
      files: [
        { name: 'plots/a/one.txt', bytes: 1 },
        { name: 'result.json', bytes: 2 },
      ],
      skipped: [],
      logWhole: true,
    });
    expect(await readFile(join(folder, 'kernel.log'), 'utf8')).toBe('größer /kaggle/working\n');
    expect(await readFile(join(folder, 'outputs/plots/a/one.txt'), 'utf8')).toBe('1');
    expect(renderLog((await backend.log(run)).records)).toBe('größer /kaggle/working\n');
  });

  it('runs a notebook cell by cell; the files before a failing cell are there', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const notebook = makeNotebook(
      '%matplotlib inline\nx = 20',
      '!echo from the shell\nopen("early.txt", "w").write(str(x))',
      'print(x / 0)',
      'print("never")',
    );
    const request = submission(notebook, { kernel_type: 'notebook', code_file: 'main.ipynb' });
    const run = await backend.submitAndFind(request);
    expect((await waitForEnd(backend, run)).observation).toMatchObject({ outcome: 'failed', schedulerState: 'ERROR' });
    const folder = await makeFolder();
    expect((await backend.fetchOutputs(run, folder)).files).toEqual([{ name: 'early.txt', bytes: 2 }]);
    const log = await readFile(join(folder, 'kernel.log'), 'utf8');
    expect(log).toContain('from the shell');
    expect(log).toContain('In [3]');
    expect(log).toContain('ZeroDivisionError: division by zero');
    expect(log).not.toContain('never');
  });

  it('refuses a notebook without a kernelspec before it is sent', async () => {
    const kaggle = await startKaggle();
    const source = JSON.stringify({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 });
    const request = submission(source, { kernel_type: 'notebook', code_file: 'main.ipynb' });
    await expect(connect(kaggle).submitAndFind(request)).rejects.toMatchObject({
      code: 'kaggle.refused',
      why: expect.stringMatching(/kernelspec/),
    });
    expect(kaggle.calls).toEqual([]);
  });

  it.each(['new', 'old'] as const)('finds a data set that is mounted in the %s layout', async (mountLayout) => {
    const kaggle = await startKaggle({ mountLayout });
    const backend = connect(kaggle);
    const folder = await makeFolder();
    await writeFile(join(folder, 'n.csv'), 'a,b\n1,2\n');
    const files = [{ name: 'tables/n.csv', path: join(folder, 'n.csv') }];
    await backend.publishDataset({
      token: 'tok-d',
      id: { owner: 'ada', slug: 'some-numbers' },
      title: 'Some numbers',
      licence: 'CC0-1.0',
      files,
    });
    expect(await backend.datasetState({ owner: 'ada', slug: 'some-numbers' })).toBe('READY');
    const finder = renderInputFinder([{ kind: 'dataset', ref: 'ada/some-numbers' }]);
    const code = `${finder}\nprint(open(find_input("ada/some-numbers") + "/tables/n.csv").read())\n`;
    const run = await backend.submitAndFind(submission(code, { dataset_sources: ['ada/some-numbers'] }));
    await waitForEnd(backend, run);
    expect(renderLog((await backend.log(run)).records)).toBe('a,b\n1,2\n\n');
  });

  it('keeps a run away from the machine: no settings, no home, nothing to write but its folder', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const code = `import os
print(sorted(k for k in os.environ if k.startswith(("SLACK", "KAGGLE_API", "REDIS", "VITEST"))))
print(os.path.exists(${JSON.stringify(process.cwd())}), os.path.exists("/etc/shadow"))
for place in ("/usr/x", "/kaggle/input/x", "/kaggle/src/x"):
    try:
        open(place, "w")
        print("written", place)
    except OSError:
        print("refused", place)
import socket
try:
    socket.create_connection(("127.0.0.1", ${new URL(kaggle.url).port}), timeout=2)
    print("reached")
except OSError:
    print("unreachable")
`;
    const run = await backend.submitAndFind(submission(code));
    await waitForEnd(backend, run);
    const lines = renderLog((await backend.log(run)).records)
      .trim()
      .split('\n');
    expect(lines).toEqual(['[]', 'False False', 'refused /usr/x', 'refused /kaggle/input/x', 'refused /kaggle/src/x', 'unreachable']);
  });

  it('runs with the interpreter of a virtual environment', async () => {
    const folder = await makeFolder();
    await promisify(execFile)('python3', ['-m', 'venv', '--without-pip', folder]);
    const python = join(folder, 'bin/python3');
    const asked = await promisify(execFile)(python, ['-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])']);
    await writeFile(join(asked.stdout.trim(), 'only_here.py'), 'VALUE = 42\n');
    const backend = connect(await startKaggle({ python }));
    const run = await backend.submitAndFind(submission('import only_here\nprint(only_here.VALUE)\n'));
    await waitForEnd(backend, run);
    expect(renderLog((await backend.log(run)).records)).toBe('42\n');
  });

  it('runs without bubblewrap, too', async () => {
    const kaggle = await startKaggle({ boxed: false });
    const backend = connect(kaggle);
    const run = await backend.submitAndFind(
      submission('import os\nopen("/kaggle/working/x.txt", "w").write("1")\nprint(os.listdir("."))\n'),
    );
    expect((await waitForEnd(backend, run)).observation).toMatchObject({ outcome: 'completed' });
    expect(renderLog((await backend.log(run)).records)).toBe("['x.txt']\n");
  });

  it('takes the outputs of another kernel as an input', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const first = await backend.submitAndFind(submission('open("model.txt", "w").write("weights")\n'));
    await waitForEnd(backend, first);
    const changes = { id: 'ada/second-script', title: 'Second script', kernel_sources: ['ada/small-script'] };
    const code = 'print(open("/kaggle/input/notebooks/ada/small-script/model.txt").read())\n';
    const second = await backend.submitAndFind(submission(code, changes, 'tok-2'));
    await waitForEnd(backend, second);
    expect(renderLog((await backend.log(second)).records)).toBe('weights\n');
  });
});

describe('how a run can end', () => {
  it('tells a time limit from a person who pressed stop', async () => {
    const clock = new HandClock();
    const kaggle = await startKaggle({ now: clock.now });
    const backend = connect(kaggle, { now: clock.now });
    const sleepy = 'import time\ntime.sleep(60)\n';
    const late = await backend.submitAndFind({ ...submission(sleepy), timeLimitSeconds: 60 });
    const stopped = await backend.submitAndFind(submission(sleepy, { id: 'ada/other-script', title: 'Other script' }, 'tok-2'));
    kaggle.stopInBrowser('ada', 'other-script');
    clock.move(61);
    const [first, second] = await backend.pollMany([late, stopped].map((run) => ({ run, sawActive: true, logRecords: 0 })));
    expect(first).toMatchObject({
      observation: { outcome: 'timeout', schedulerState: 'CANCEL_ACKNOWLEDGED' },
      failureMessage: expect.stringMatching(/execution duration/),
    });
    expect(second).toMatchObject({ observation: { outcome: 'cancelled', schedulerState: 'CANCEL_ACKNOWLEDGED' }, failureMessage: null });
  });

  it('knows when memory ran out', async () => {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    kaggle.fail({ kind: 'out-of-memory' });
    const run = await backend.submitAndFind(submission('import time\ntime.sleep(60)\n'));
    const report = await waitForEnd(backend, run);
    expect(report).toMatchObject({
      observation: { outcome: 'out-of-memory' },
      failureMessage: expect.stringMatching(/more memory than is available/),
    });
  });

  it('asks a person to stop a session, with the link', async () => {
    const stop = connect(await startKaggle()).stop({ owner: 'ada', slug: 'small-script' });
    await expect(stop).rejects.toMatchObject({
      code: 'kaggle.needs-person',
      remedy: expect.stringMatching(/kaggle\.com\/code\/ada\/small-script/),
    });
  });
});

describe('files that a run wrote', () => {
  async function runWith(code: string) {
    const kaggle = await startKaggle();
    const backend = connect(kaggle);
    const run = await backend.submitAndFind(submission(code));
    await waitForEnd(backend, run);
    return { kaggle, backend, run, folder: await makeFolder() };
  }

  it('are listed page by page', async () => {
    const { kaggle, backend, run, folder } = await runWith('for i in range(401): open(f"f{i:03}.txt", "w").write(str(i))\n');
    const { files } = await backend.fetchOutputs(run, folder, { wants: (name) => name.endsWith('7.txt') });
    expect(files).toHaveLength(40);
    expect(kaggle.calls.filter(({ method }) => method === 'ListKernelSessionOutput')).toHaveLength(3);
  });

  it('are asked for anew when an address has expired or a download breaks', async () => {
    const { kaggle, backend, run, folder } = await runWith('open("big.bin", "wb").write(b"x" * 100_000)\n');
    kaggle.fail({ kind: 'expired-url' });
    kaggle.fail({ kind: 'cut-download', bytes: 1000 });
    expect((await backend.fetchOutputs(run, folder)).files).toEqual([{ name: 'big.bin', bytes: 100_000 }]);
    expect(await readdir(join(folder, 'outputs'))).toEqual(['big.bin']);
    kaggle.fail({ kind: 'expired-url' }, 9);
    await expect(backend.fetchOutputs(run, folder)).rejects.toMatchObject({
      code: 'kaggle.unavailable',
      transient: true,
      why: expect.stringMatching(/403/),
    });
    expect((await lstat(join(folder, 'outputs/big.bin'))).size).toBe(100_000);
  });

  it('never leave their folder, and stay within their caps', async () => {
    const { backend, run, folder } = await runWith(
      'import os\nos.symlink("/etc/passwd", "link.txt")\nos.symlink("/etc", "etc")\nfor name in ("a\\\\b", "ok.txt", "z.txt"): open(name, "w").write("12345678")\nopen("con:1", "w")\n',
    );
    const { files, skipped } = await backend.fetchOutputs(run, folder, { maxBytes: 10 });
    expect(files).toEqual([{ name: 'ok.txt', bytes: 8 }]);
    expect(skipped.map(({ name }) => name)).toEqual(['a\\b', 'con:1', 'z.txt']);
  });

  it('do not follow a link that stands in their place', async () => {
    const { backend, run, folder } = await runWith('import os\nos.makedirs("sub")\nopen("sub/x.txt", "w").write("1")\n');
    const elsewhere = await makeFolder();
    await mkdir(join(folder, 'outputs'));
    await symlink(elsewhere, join(folder, 'outputs/sub'));
    expect((await backend.fetchOutputs(run, folder)).skipped).toMatchObject([{ name: 'sub/x.txt' }]);
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it('come with as much of the log as there is', async () => {
    const { kaggle, backend, run, folder } = await runWith('print("one")\nprint("two")\n');
    kaggle.fail({ kind: 'cut-log' });
    expect((await backend.fetchOutputs(run, folder)).logWhole).toBe(false);
    expect(await readFile(join(folder, 'kernel.log'), 'utf8')).toBe('one\n');
  });
});
