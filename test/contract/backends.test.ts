import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobRef, JobSpec } from '../../src/core/jobs/job.ts';
import { hasCode } from '../../src/errors.ts';
import type { Backend } from '../../src/ports.ts';
import { isRunning, pollUntil, pollUntilEnded, setUpLocal, setUpSlurm, type BackendSetup } from '../lab/backend-setups.ts';

const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const GROW = 'x = bytearray(400 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1\nimport time; time.sleep(300)';

describe.each([
  ['local', setUpLocal],
  ['slurm', setUpSlurm],
] as const)('%s backend', (name, setUp) => {
  let setup: BackendSetup;
  let backend: Backend;
  let overTime: JobRef;

  const runToEnd = async (argv: string[], parts = {}) => {
    const ref = await backend.submit(setup.makeSpec(argv, parts));
    return { ref, end: await pollUntilEnded(backend, ref) };
  };

  beforeAll(async () => {
    setup = await setUp();
    backend = setup.createBackend();
    // Slurm counts whole minutes, so this one runs beside the other cases.
    const limit = name === 'slurm' ? 60 : 2;
    overTime = await backend.submit(setup.makeSpec(['sleep', '400'], { resources: { timeLimitSeconds: limit } }));
  });
  afterAll(async () => setup?.stop());

  it('makes one job of two submissions, and finds it again by its token', async () => {
    const spec = setup.makeSpec(['true']);
    expect(await backend.find(spec)).toBeNull();
    const first = await backend.submit(spec);
    expect(await backend.submit(spec)).toEqual(first);
    expect(await setup.createBackend().find(spec)).toEqual(first);
    await pollUntilEnded(backend, first);
    expect(await backend.submit(spec)).toEqual(first);
    expect(await setup.countJobs(spec.token)).toBe(1);
  });

  it.each([0, 5, 20, 80])('finds the job after the connection was lost %i ms into the submission', async (afterMs) => {
    const { backend: cuttable, host } = setup.createCuttable();
    const spec = setup.makeSpec(['sleep', '1']);
    host.cutNext('job.id', afterMs);
    const lost = await cuttable.submit(spec).then(
      () => 'answered',
      (error: { code: string }) => error.code,
    );
    expect(['answered', 'backend.outcome-unknown', 'host.unreachable']).toContain(lost);
    const ref = await submitUntilKnown(cuttable, spec);
    expect(await cuttable.submit(spec)).toEqual(ref);
    await pollUntilEnded(cuttable, ref);
    expect(await setup.countJobs(spec.token)).toBe(1);
  });

  it('makes one job of submissions that race', async () => {
    const spec = setup.makeSpec(['true']);
    const refs = await Promise.all([1, 2, 3, 4].map(() => setup.createCuttable().backend.submit(spec)));
    expect(new Set(refs.map((ref) => ref.jobId)).size).toBe(1);
    await pollUntilEnded(backend, refs[0] as JobRef);
    expect(await setup.countJobs(spec.token)).toBe(1);
  });

  it.each([
    [['true'], { outcome: 'completed', exitCode: 0, signal: null }],
    [['sh', '-c', 'exit 3'], { outcome: 'failed', exitCode: 3, signal: null }],
    [['sh', '-c', 'kill -9 $$'], { outcome: 'failed', exitCode: null, signal: 9 }],
  ])('tells how %j ended', async (argv, expected) => {
    const { end } = await runToEnd(argv);
    expect(end).toMatchObject(expected);
    expect(end.endedAt).toBeGreaterThanOrEqual(end.startedAt ?? Number.POSITIVE_INFINITY);
  });

  it('tells that a job needed more memory than it may have', async () => {
    const { end } = await runToEnd(['python3', '-c', GROW]);
    expect(end.outcome).toBe('out-of-memory');
    expect(end.maxRssBytes).toBeGreaterThan(200 * 1024 * 1024);
  });

  it('cancels a running job, also twice and after its end', async () => {
    const ref = await backend.submit(setup.makeSpec(['sleep', '400']));
    await pollUntil(backend, ref, isRunning);
    await backend.cancel(ref);
    await backend.cancel(ref);
    expect(await pollUntilEnded(backend, ref)).toMatchObject({ outcome: 'cancelled', exitCode: null });
    await backend.cancel(ref);
  });

  it('gives a cancelled payload the time to say goodbye', async () => {
    const ref = await backend.submit(setup.makeSpec(['sh', '-c', 'trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.1; done']));
    await pollUntil(backend, ref, isRunning);
    await backend.cancel(ref);
    expect((await pollUntilEnded(backend, ref)).outcome).toBe('cancelled');
    expect(decode((await backend.tail(ref, 0, 10_000)).bytes)).toContain('bye');
  });

  it('hands the log over by offset, whole characters or not', async () => {
    const text = 'héllo wörld – 日本語 🙂\n';
    const { ref } = await runToEnd(['printf', '%s', text]);
    const whole = await backend.tail(ref, 0, 10_000);
    expect(decode(whole.bytes)).toContain(text);
    const parts: Uint8Array[] = [];
    for (let offset = 0; offset < whole.size; offset += 3) parts.push((await backend.tail(ref, offset, 3)).bytes);
    expect(Buffer.concat(parts).equals(whole.bytes)).toBe(true);
    const [known] = await backend.poll([{ ref, logOffset: whole.size - 7, logInode: whole.inode }]);
    expect(known?.log).toMatchObject({ offset: whole.size - 7, size: whole.size, inode: whole.inode });
    expect(Buffer.from(whole.bytes.slice(-7)).equals(known?.log?.bytes ?? new Uint8Array())).toBe(true);
    const [nothingNew] = await backend.poll([{ ref, logOffset: whole.size, logInode: whole.inode }]);
    expect(nothingNew?.log).toBeUndefined();
    const [replaced] = await backend.poll([{ ref, logOffset: 3, logInode: '1' }]);
    expect(replaced?.log?.offset).toBe(0);
  });

  it('passes words and environment on literally', async () => {
    const odd = ['two words', `it's "quoted"`, 'line\nbreak', '$(touch pwned) `touch pwned` $HOME', '-n', '*', '', '\\n', 'ümlaut'];
    const env = { ODD: odd.join('|') };
    const code =
      'import json, os, sys; json.dump([sys.argv[1:], os.environ["ODD"]], open(os.environ["REPROBOT_OUTPUTS"] + "/seen.json", "w"))';
    const { ref, end } = await runToEnd(['python3', '-c', code, ...odd], { env });
    expect(end.outcome).toBe('completed');
    const copy = join(setup.root, 'copy');
    await backend.fetchOutputs(ref, copy);
    expect(JSON.parse(await readFile(join(copy, 'outputs', 'seen.json'), 'utf8'))).toEqual([odd, env.ODD]);
    for (const folder of ['run', 'run/repo', 'copy/outputs']) expect(existsSync(join(setup.root, folder, 'pwned'))).toBe(false);
  });

  it('refuses what no quoting can save', async () => {
    const refuse = (parts: object) =>
      expect(backend.submit(setup.makeSpec(['true'], parts))).rejects.toMatchObject({ code: 'usage.bad-input' });
    await refuse({ workdir: '/tmp/a\nb' });
    await refuse({ folder: 'relative' });
    await refuse({ env: { BAD: 'a\0b' } });
    await refuse({ token: 'a b; rm -rf x' });
  });

  it('goes on with a new backend object in the middle of a job', async () => {
    const ref = await backend.submit(setup.makeSpec(['sh', '-c', 'echo first; while [ ! -f ../go ]; do sleep 0.1; done; echo second']));
    const { log } = await pollUntil(backend, ref, isRunning);
    await writeFile(join(setup.root, 'run', 'go'), '');
    const restarted = setup.createBackend();
    const end = await pollUntilEnded(restarted, ref);
    expect(end).toMatchObject({ outcome: 'completed', exitCode: 0 });
    const [report] = await restarted.poll([{ ref, logOffset: log?.size ?? 0, logInode: log?.inode ?? '' }]);
    expect(decode(report?.log?.bytes)).toContain('second');
  });

  it('polls fifty jobs with one command', async () => {
    const { backend: counted, host } = setup.createCuttable();
    const refs = await Promise.all(Array.from({ length: 50 }, () => counted.submit(setup.makeSpec(['echo', 'hello']))));
    const before = host.commands();
    const reports = await counted.poll(refs.map((ref) => ({ ref, logOffset: 0 })));
    expect(host.commands() - before).toBe(1);
    expect(reports.map(({ token }) => token)).toEqual(refs.map(({ token }) => token));
    expect(reports.every(({ observation }) => observation.kind !== 'no-information')).toBe(true);
    for (const ref of refs) expect((await pollUntilEnded(counted, ref)).outcome).toBe('completed');
  });

  it('says no-information when the look itself fails, and an empty log for a job without one', async () => {
    const { backend: cuttable, host } = setup.createCuttable();
    const ref = await cuttable.submit(setup.makeSpec(['sleep', '1']));
    host.cutNext('@reprobot-begin', 0);
    const [report] = await cuttable.poll([{ ref, logOffset: 0 }]);
    expect(report?.observation.kind).toBe('no-information');
    const nowhere = { ...ref, folder: join(setup.root, 'nowhere') };
    expect(await backend.tail(nowhere, 0, 100)).toMatchObject({ size: 0, offset: 0 });
  });

  it('shows the files and the command that submit() uses', async () => {
    const spec = setup.makeSpec(['python3', 'train.py', '--note', 'two words']);
    const rendered = backend.render(spec);
    expect(backend.render(spec)).toEqual(rendered);
    expect(rendered.files.map((file) => file.content).join('\n')).toContain(`python3 train.py --note 'two words'`);
    expect(rendered.command.join(' ')).toContain(spec.folder);
    await pollUntilEnded(backend, await backend.submit(spec));
    for (const file of rendered.files) expect(await readFile(join(spec.folder, file.name), 'utf8')).toBe(file.content);
  });

  it('tells that a job came to its time limit', { timeout: 180_000 }, async () => {
    expect((await pollUntilEnded(backend, overTime)).outcome).toBe('timeout');
  });
});

describe('local backend, further', () => {
  let setup: BackendSetup;
  let backend: Backend;
  beforeAll(async () => {
    setup = await setUpLocal();
    backend = setup.createBackend();
  });
  afterAll(async () => setup?.stop());

  it('shows the payload neither home nor secrets, and lets it write into its own copy of the checkout only', async () => {
    const outside = join(tmpdir(), `outside-${process.pid}`);
    const secret = join(homedir(), `.reprobot-test-${process.pid}`);
    await mkdir(outside);
    await writeFile(secret, 'secret', { mode: 0o600 });
    process.env['REPROBOT_TEST_SECRET'] = 'hush';
    try {
      const script = `
        ls -A "${homedir()}"; cat "${secret}"; env
        touch "${outside}/x" /etc/reprobot-test "${setup.root}/x" && echo escaped
        echo '{"exit":0}' >"$1/exit.json" && echo forged
        touch inside "$REPROBOT_OUTPUTS/y" && echo wrote`;
      const spec = setup.makeSpec(['sh', '-c', script, 'sh']);
      spec.argv.push(spec.folder);
      const ref = await backend.submit(spec);
      await pollUntilEnded(backend, ref);
      const log = decode((await backend.tail(ref, 0, 100_000)).bytes);
      expect(log).not.toMatch(/hush|escaped|forged|^secret/m);
      expect(log).toContain('wrote');
      expect(existsSync(join(outside, 'x'))).toBe(false);
      expect(existsSync(join(setup.root, 'run', 'repo', 'inside'))).toBe(false);
      expect(existsSync(join(spec.folder, 'work', 'inside'))).toBe(true);
      expect(existsSync(join(spec.folder, 'outputs', 'y'))).toBe(true);
    } finally {
      delete process.env['REPROBOT_TEST_SECRET'];
      await rm(secret);
      await rm(outside, { recursive: true });
    }
  });

  it('leaves the payload no capability, and nothing of the run to change but what is its own', async () => {
    const run = join(setup.root, 'run');
    await mkdir(join(run, 'plan'), { recursive: true });
    await writeFile(join(run, 'plan', 'verify.py'), 'ours');
    await writeFile(join(run, 'repo', 'train.py'), 'theirs');
    const script = `
      grep CapEff /proc/self/status
      for path in "$1" "$1/jobs" "$1/repo" /; do
        umount "$path" && echo unmounted; umount -l "$path" && echo unmounted; mount -o remount,rw,bind "$path" && echo remounted
      done
      mv "$1/jobs" "$1/jobs2" && echo moved
      mv "$1/jobs/$2" "$1/jobs/x" && echo moved
      rm -rf "$1/plan" "$1/env"; echo x >"$1/plan/verify.py" && echo forged
      ln -s /etc "$1/jobs/next" && echo linked
      rm -f "$1/jobs/$2/job.log" "$1/jobs/$2/exit.json" "$1/jobs/$2/job.id"
      cat train.py && echo changed >train.py && rm -rf "$1"/repo/* && echo out >"$1/output/model" && echo c >"$1/cache/c" && echo h >"$HOME/h"
      echo '' end`;
    const spec = setup.makeSpec(['sh', '-c', script, 'sh', run]);
    spec.argv.push(spec.token);
    const ref = await backend.submit(spec);
    expect((await pollUntilEnded(backend, ref)).outcome).toBe('completed');
    const log = decode((await backend.tail(ref, 0, 100_000)).bytes);
    expect(log).toMatch(/CapEff:\s+0000000000000000/);
    expect(log).not.toMatch(/^(unmounted|remounted|moved|forged|linked)/m);
    expect(log).toMatch(/^theirs$|^theirs/m);
    expect(log).toContain(' end');
    expect(await readFile(join(run, 'repo', 'train.py'), 'utf8')).toBe('theirs');
    expect(await readFile(join(run, 'plan', 'verify.py'), 'utf8')).toBe('ours');
    expect(await readFile(join(spec.folder, 'outputs', 'model'), 'utf8')).toBe('out\n');
    expect(await readFile(join(spec.folder, 'home', 'h'), 'utf8')).toBe('h\n');
  });

  it('cuts the network and keeps the machine talking to itself', async () => {
    const code = [
      'import os, socket',
      'server = socket.create_server(("localhost", 0))',
      'socket.create_connection((socket.gethostname(), server.getsockname()[1])); print("loopback")',
      'print(sorted(os.listdir("/sys/class/net")) and [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]])',
    ].join('\n');
    const isolation = { sandbox: 'bubblewrap', network: false, readable: [] } as const;
    const ref = await backend.submit(setup.makeSpec(['python3', '-c', code], { isolation: { ...isolation, readable: [] } }));
    expect((await pollUntilEnded(backend, ref)).outcome).toBe('completed');
    expect(decode((await backend.tail(ref, 0, 1000)).bytes)).toMatch(/^loopback\n\['lo'\]/m);
  });

  it('runs without a sandbox only when that was approved, and says so', async () => {
    const isolation = { sandbox: 'none', network: true, readable: [] } as const;
    const ref = await backend.submit(setup.makeSpec(['pwd'], { isolation: { ...isolation, readable: [] } }));
    expect((await pollUntilEnded(backend, ref)).outcome).toBe('completed');
    expect(decode((await backend.tail(ref, 0, 1000)).bytes)).toContain('no sandbox');
  });

  it('does not start where bubblewrap is approved and does not work', async () => {
    const tools = join(setup.root, 'tools');
    await mkdir(tools);
    await writeFile(join(tools, 'bwrap'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const before = process.env['PATH'];
    process.env['PATH'] = `${tools}:${before}`;
    try {
      const other = setup.createBackend();
      const ref = await other.submit(setup.makeSpec(['echo', 'ran']));
      expect(await pollUntilEnded(other, ref)).toMatchObject({ outcome: 'failed', exitCode: 126 });
      const log = decode((await other.tail(ref, 0, 1000)).bytes);
      expect(log).toContain('not started, this job was approved for a bubblewrap sandbox');
      expect(log).not.toContain('ran\n');
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('starts an interpreter that lies in the hidden home', async () => {
    const prefix = await mkdtemp(join(homedir(), '.reprobot-test-python-'));
    try {
      await mkdir(join(prefix, 'bin'));
      await writeFile(join(prefix, 'bin', 'python'), '#!/bin/sh\necho hidden python\n', { mode: 0o755 });
      const run = async (readable: string[]) => {
        const isolation = { sandbox: 'bubblewrap', network: false, readable } as const;
        const ref = await backend.submit(setup.makeSpec([join(prefix, 'bin', 'python')], { isolation: { ...isolation, readable } }));
        const end = await pollUntilEnded(backend, ref);
        return `${end.outcome} ${decode((await backend.tail(ref, 0, 1000)).bytes)}`;
      };
      expect(await run([])).toContain('failed');
      expect(await run([prefix])).toContain('completed hidden python');
    } finally {
      await rm(prefix, { recursive: true });
    }
  });

  it('reads no log and no record that is a link', async () => {
    const isolation = { sandbox: 'none' as const, network: true, readable: [] };
    const ref = await backend.submit(setup.makeSpec(['true'], { isolation }));
    await pollUntilEnded(backend, ref);
    await writeFile(join(setup.root, 'elsewhere'), '{"exit":0,"signal":null,"startedAt":1,"endedAt":2}\n');
    for (const name of ['job.log', 'exit.json']) {
      await rm(join(ref.folder, name));
      await symlink(join(setup.root, 'elsewhere'), join(ref.folder, name));
    }
    const [report] = await backend.poll([{ ref, logOffset: 0 }]);
    expect(report?.log).toBeUndefined();
    expect(report?.observation).not.toMatchObject({ outcome: 'completed' });
    expect((await backend.tail(ref, 0, 1000)).size).toBe(0);
  });

  it('calls a job lost whose folder has vanished, and cancelled once that was asked for', async () => {
    const ref = await backend.submit(setup.makeSpec(['true']));
    await pollUntilEnded(backend, ref);
    await rm(ref.folder, { recursive: true });
    expect(await pollUntilEnded(backend, ref)).toMatchObject({ outcome: 'lost' });
    await backend.cancel(ref);
    expect(await pollUntilEnded(backend, ref)).toMatchObject({ outcome: 'cancelled' });
  });

  it('says of a start that has begun neither that there is a job nor that there is none, and a cancel keeps it from coming up', async () => {
    const spec = setup.makeSpec(['touch', 'started']);
    for (const { name, content } of backend.render(spec).files) {
      await mkdir(spec.folder, { recursive: true });
      await writeFile(join(spec.folder, name), content, { mode: 0o700 });
    }
    await writeFile(join(spec.folder, 'starting'), `${Math.floor(Date.now() / 1000)}\n`);
    await expect(backend.find(spec)).rejects.toMatchObject({ code: 'backend.outcome-unknown' });
    await writeFile(join(spec.folder, 'starting'), `1700000000\n`);
    expect(await backend.find(spec)).toBeNull();
    const ref = { token: spec.token, jobId: '1', folder: spec.folder, submittedAt: 1 };
    await backend.cancel(ref);
    expect(spawnSync('/bin/sh', [join(spec.folder, 'job.sh')]).status).toBe(0);
    expect(existsSync(join(spec.folder, 'started'))).toBe(false);
    expect(await pollUntilEnded(backend, ref)).toMatchObject({ outcome: 'cancelled' });
  });

  it('holds the payload to the processors that it may use', async () => {
    const ref = await backend.submit(setup.makeSpec(['sh', '-c', 'echo "cpus $(nproc) threads $OMP_NUM_THREADS"']));
    await pollUntilEnded(backend, ref);
    expect(decode((await backend.tail(ref, 0, 1000)).bytes)).toContain('cpus 1 threads 1');
  });

  it('calls a job lost whose processes were killed, and keeps nothing of it running', async () => {
    const ref = await backend.submit(setup.makeSpec(['sleep', '400']));
    await pollUntil(backend, ref, isRunning);
    process.kill(Number(ref.jobId), 'SIGKILL');
    expect(await pollUntilEnded(backend, ref)).toMatchObject({ outcome: 'lost', evidence: 'silence' });
    await backend.cancel(ref);
    const payload = (await readFile(join(ref.folder, 'payload.id'), 'utf8')).split(' ')[0] ?? '';
    for (let tries = 0; tries < 50 && (await isLeft(payload)); tries += 1) await sleep(100);
    expect(await isLeft(payload)).toBe(false);
  });

  it('does not take a stranger with the same process id for the job', async () => {
    const spec = setup.makeSpec(['true']);
    const ref = await backend.submit(spec);
    await pollUntilEnded(backend, ref);
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    await rm(join(spec.folder, 'exit.json'));
    await rm(join(spec.folder, 'job.id'));
    await writeFile(join(spec.folder, 'job.id'), `${process.pid} 1 ${boot} 1700000000\n`);
    const stranger = { ...ref, jobId: String(process.pid) };
    await backend.cancel(stranger);
    expect((await pollUntilEnded(backend, stranger)).outcome).toBe('lost');
    await writeFile(join(spec.folder, 'job.id'), `${process.pid} 1 another-boot 1700000000\n`);
    expect(await pollUntilEnded(backend, stranger)).toMatchObject({ outcome: 'lost', schedulerState: 'the machine was restarted' });
  });
});

/** As the worker does: an unknown outcome is asked about again until it is known. */
async function submitUntilKnown(backend: Backend, spec: JobSpec): Promise<JobRef> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await backend.submit(spec);
    } catch (error) {
      if (!hasCode(error, 'backend.outcome-unknown') || tries > 100) throw error;
      await sleep(300);
    }
  }
}

/** A zombie that nobody has reaped yet does not count. */
async function isLeft(pid: string): Promise<boolean> {
  if ((await stat(`/proc/${pid}`).catch(() => null)) === null) return false;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tZ');
  return !/State:\tZ/.test(status);
}
