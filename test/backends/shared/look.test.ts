/** The shell half of a look, run by a real shell on real files. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BEGIN_MARK, END_MARK, listJobs, LOOK_FUNCTIONS, parseLook } from '../../../src/backends/shared/look.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'a look-'));
});
afterEach(() => rm(root, { recursive: true }));

const SCRIPT = `${LOOK_FUNCTIONS}
cat >"$work/jobs"
printf '${BEGIN_MARK} %s\\n' "$(date +%s)"
report_logs "$work/jobs" "$1" "$2" "$3"
printf '${END_MARK}\\n'`;

async function look(logs: string[], offsets: number[], limits: [perJob: number, inAll: number, rotation: number]) {
  const jobs = await Promise.all(
    logs.map(async (text, index) => {
      const folder = join(root, `job ${index}`);
      await mkdir(folder, { recursive: true });
      if (text !== '') await writeFile(join(folder, 'job.log'), text);
      const ref = { token: `job_${index}`, jobId: String(index), folder, submittedAt: 1 };
      return { ref, logOffset: offsets[index] ?? 0 };
    }),
  );
  const args = ['-c', SCRIPT, 'sh', ...limits.map(String)];
  const stdout = execFileSync('/bin/sh', args, { input: listJobs(jobs), encoding: 'utf8', maxBuffer: 2 ** 26 });
  return parseLook(stdout)?.logs ?? new Map<number, never>();
}

describe('report_logs', () => {
  it('brings what is new, and nothing of what is not', async () => {
    const logs = await look(['abcdef', 'known', '', 'shrunk'], [2, 5, 0, 100], [100, 10_000, 0]);
    const texts = [...logs].map(([number, log]) => [number, log.offset, Buffer.from(log.bytes).toString()]);
    expect(texts).toEqual([
      [0, 2, 'cdef'],
      [3, 0, 'shrunk'],
    ]);
  });

  it('says nothing when no job has a log', async () => {
    expect((await look(['', ''], [], [100, 1000, 0])).size).toBe(0);
  });

  it('gives each job at most its share', async () => {
    const long = 'x'.repeat(100_000);
    const logs = await look([long, long], [], [65_536, 20_000, 0]);
    expect([...logs.values()].map((log) => log.bytes.length)).toEqual([10_000, 10_000]);
  });

  it('takes turns when there is not enough for all', async () => {
    const long = 'x'.repeat(10_000);
    const first = await look([long, long, long], [], [65_536, 8192, 0]);
    const second = await look([long, long, long], [], [65_536, 8192, 2]);
    const listRead = (logs: typeof first): number[] => [...logs].filter(([, log]) => log.bytes.length > 0).map(([number]) => number);
    expect(listRead(first)).toEqual([0, 1]);
    expect(listRead(second)).toEqual([2, 0]);
    // The one whose turn it is not is known to have grown: it is not silent.
    expect(first.get(2)).toMatchObject({ size: 10_000, offset: 0 });
  });
});
