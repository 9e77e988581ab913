/** Searching a log over a real sshd gives what classifying the file gives, wherever the failure stands. */
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classifyFile } from '../../src/cli/scan/classify-file.ts';
import type { FailureClass } from '../../src/core/diagnosis/failure-class.ts';
import { MOST_READ, scanLog } from '../../src/core/diagnosis/scan-log.ts';
import { STEMS } from '../../src/core/diagnosis/stem-search.ts';
import { openRemoteLog } from '../../src/hosts/remote-log/index.ts';
import { loadPlugins } from '../../src/plugins.ts';
import type { Host } from '../../src/ports.ts';
import { startSshd, type Sshd } from '../lab/sshd.ts';
import { createTestHost } from './support.ts';

const TRACE = 'Traceback (most recent call last):\n  File "fit.py", line 3, in <module>\nModuleNotFoundError: No module named \'einops\'\n';
const folder = mkdtempSync(join(tmpdir(), 'remote log '));
let classes: FailureClass[];
let sshd: Sshd;
let plain: Sshd;
let host: Host;

beforeAll(async () => {
  classes = await loadPlugins<FailureClass>(new URL('../../src/failures/', import.meta.url));
  await mkdir(join(folder, 'bin'));
  // A grep that knows POSIX only.
  await writeFile(join(folder, 'bin', 'grep'), '#!/bin/sh\necho "grep: illegal option" >&2\nexit 2\n');
  await chmod(join(folder, 'bin', 'grep'), 0o755);
  [sshd, plain] = await Promise.all([startSshd(), startSshd({ env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` } })]);
  host = createTestHost('ssh2', sshd);
});
afterAll(async () => {
  await host?.close();
  await sshd?.stop();
  await plain?.stop();
  rmSync(folder, { recursive: true });
});

/** A log of about so many megabytes that says nothing of progress, with a failure at a fraction of it. */
async function writeLog(name: string, megabytes: number, at: number, line = 'flushed to the mirror'): Promise<string> {
  const path = join(folder, name);
  const stream = createWriteStream(path);
  for (let part = 0; part < megabytes; part++) {
    if (part === Math.floor(at * megabytes)) stream.write(TRACE);
    stream.write(Array.from({ length: 20_000 }, (_, n) => `[gather] shard ${part * 20_000 + n} ${line}, depth ${n % 7}`).join('\n') + '\n');
  }
  stream.end();
  await finished(stream);
  return path;
}

/** A host that counts what comes back from it. */
function count(inner: Host): { host: Host; bytes: () => number; calls: () => number } {
  let bytes = 0;
  let calls = 0;
  const counted: Host = {
    ...inner,
    script: async (...args) => {
      const result = await inner.script(...args);
      calls += 1;
      bytes += result.stdout.length;
      return result;
    },
    readFrom: async (...args) => {
      const chunk = await inner.readFrom(...args);
      calls += 1;
      bytes += chunk.bytes.byteLength;
      return chunk;
    },
  };
  return { host: counted, bytes: () => bytes, calls: () => calls };
}

async function scan(on: Host, path: string, state: string | null = 'FAILED') {
  const source = await openRemoteLog(on, path);
  return source === null ? null : scanLog(source, { schedulerState: state }, classes);
}

describe('a log on another machine', () => {
  it.for([
    ['at the start', 0],
    ['in the middle', 0.5],
    ['at the end', 0.99],
  ] as const)('is searched where it lies: a failure %s', { timeout: 60_000 }, async ([where, at]) => {
    const path = await writeLog(`${where}.log`, 150, at);
    const counted = count(host);
    const found = await scan(counted.host, path);
    expect(found).toMatchObject({ class: 'missing_module', culprit: { place: 'fit.py:3' } });
    expect(found).toEqual(await classifyFile(path, 'FAILED', classes));
    expect(counted.bytes()).toBeLessThan(1_000_000);
    expect(counted.calls()).toBeLessThan(25);
    rmSync(path);
  });

  it('answers what the file answers where every line holds an alarming word, and moves a bounded part of it', async () => {
    const path = await writeLog('noisy.log', 20, 0.5, 'error=0 after retry');
    const counted = count(host);
    const found = await scan(counted.host, path);
    expect(found).toEqual(await classifyFile(path, 'FAILED', classes));
    expect(found?.class).toBe('unknown');
    expect(counted.bytes()).toBeLessThan(MOST_READ * 80 * 1024);
  });

  it('does without grep of GNU', async () => {
    const path = await writeLog('plain.log', 3, 0.1);
    const other = createTestHost('ssh2', plain);
    try {
      expect(await scan(other, path)).toEqual(await classifyFile(path, 'FAILED', classes));
      expect(await scan(other, path)).toMatchObject({ class: 'missing_module' });
    } finally {
      await other.close();
    }
  });

  it('passes over holes and lines without an end, and over bytes that are no text', async () => {
    const path = join(folder, "it's $(touch owned) \u00e9.log");
    writeFileSync(path, Buffer.concat([Buffer.from(TRACE), Buffer.from([0xff, 0xfe, 0x0a])]));
    await truncate(path, 300_000_000);
    const found = await scan(host, path);
    expect(found).toMatchObject({ class: 'missing_module', evidence: { line: 3 } });
    expect(found).toEqual(await classifyFile(path, 'FAILED', classes));
  });

  it('is none where there is no plain file', async () => {
    await symlink('/dev/zero', join(folder, 'zero'));
    for (const path of [join(folder, 'nowhere'), folder, join(folder, 'zero'), 'relative.log'])
      expect(await openRemoteLog(host, path)).toBeNull();
  });

  it('is searched for words that mean themselves in a pattern', () => {
    for (const stem of STEMS) expect(stem).toMatch(/^[a-z '_,-]+$/);
  });
});
