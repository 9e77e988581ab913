import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runInThread } from '../../../src/threads/run-in-thread.ts';
import type { LogJob, LogReading } from '../../../workers/threads/examine-log.ts';
import type { MapJob, MappedFiles } from '../../../workers/threads/map-repository.ts';

const FIXTURE = new URL('./fixture.ts', import.meta.url);
const LONG = { timeoutMs: 60_000, doing: 'testing' };
const open = () => new AbortController().signal;
const threads = (file: string) => new URL(`../../../workers/threads/${file}`, import.meta.url);

describe('runInThread', () => {
  it('runs TypeScript and brings its answer', async () => {
    await expect(runInThread<string>(FIXTURE, 'this', { ...LONG, signal: open() })).resolves.toBe('did this');
  });

  it('brings errors: ours with their parts, others with their words, and an exit without an answer', async () => {
    const run = (what: string) => runInThread(FIXTURE, what, { ...LONG, signal: open() });
    await expect(run('our error')).rejects.toMatchObject({ name: 'ReprobotError', code: 'git.refused', remedy: 'Ask.' });
    await expect(run('plain error')).rejects.toThrow('no such thing');
    await expect(run('exit')).rejects.toThrow(/without an answer/);
  });

  it('asks a thread that answered again, one that failed never, and a busy one never meanwhile', async () => {
    const count = () => runInThread<string>(FIXTURE, 'count', { ...LONG, signal: open() }).then(Number);
    const first = await count();
    expect(await count()).toBe(first + 1);
    expect((await Promise.all([count(), count()])).toSorted((a, b) => a - b)).toEqual([1, first + 2]);
    await expect(runInThread(FIXTURE, 'plain error', { ...LONG, signal: open() })).rejects.toThrow('no such thing');
    await expect(runInThread(FIXTURE, 'plain error', { ...LONG, signal: open() })).rejects.toThrow('no such thing');
    expect(await count()).toBe(1);
  });

  it('lets go of the thread that has waited longest where many wait', async () => {
    const counts = await Promise.all(Array.from({ length: 6 }, () => runInThread<string>(FIXTURE, 'count', { ...LONG, signal: open() })));
    expect(counts).toContain('1');
    const next = Promise.all(Array.from({ length: 6 }, () => runInThread<string>(FIXTURE, 'count', { ...LONG, signal: open() })));
    expect((await next).filter((answer) => answer === '1')).toHaveLength(2);
  });

  it('ends work that takes too long while this thread goes on', async () => {
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 20);
    const run = runInThread(FIXTURE, 'endless', { timeoutMs: 1500, doing: 'reading x', signal: open() });
    await expect(run).rejects.toMatchObject({ code: 'timeout', doing: 'reading x' });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it('stops when it is told to, also before it began', async () => {
    const stop = new AbortController();
    const run = runInThread(FIXTURE, 'endless', { ...LONG, signal: stop.signal });
    setTimeout(() => stop.abort(), 300);
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    await expect(runInThread(FIXTURE, 'this', { ...LONG, signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the work of the workers', () => {
  it('maps a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reprobot-thread-'));
    try {
      await writeFile(join(folder, 'train.py'), "import torch\nif __name__ == '__main__':\n    loss.backward()\n");
      const job: MapJob = { folder, name: 'x', commit: null, committedAt: null, subfolder: '' };
      const { map, files } = await runInThread<MappedFiles>(threads('map-repository.ts'), job, { ...LONG, signal: open() });
      expect(map.entries[0]?.command).toBe('python train.py');
      expect(files.map((file) => file.path)).toEqual(['train.py']);
      const none = runInThread(threads('map-repository.ts'), { ...job, folder: join(folder, 'none') }, { ...LONG, signal: open() });
      await expect(none).rejects.toMatchObject({ code: 'usage.bad-input' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('examines a log', async () => {
    const log =
      'step 5/10 loss 0.5\nTraceback (most recent call last):\n  File "a.py", line 1, in <module>\nModuleNotFoundError: No module named \'wandb\'\n';
    const job: LogJob = { log, schedulerState: 'FAILED', expected: { steps: 10 } };
    const read = await runInThread<LogReading>(threads('examine-log.ts'), job, { ...LONG, signal: open() });
    expect(read.progress).toMatchObject({ current: 5, total: 10 });
    expect(read.diagnosis).toMatchObject({ class: 'missing_module', evidence: { line: 4 } });
  });
});
