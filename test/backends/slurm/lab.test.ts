/** What only Slurm has: outages, purging, accounting, requeues, rejections. On a real Slurm of this file's own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSlurmBackend } from '../../../src/backends/slurm/index.ts';
import { NO_ISOLATION, type JobRef } from '../../../src/core/jobs/job.ts';
import type { Backend } from '../../../src/ports.ts';
import {
  createLabHost,
  isRunning,
  LAB_SETTINGS,
  pollUntil,
  pollUntilEnded,
  setUpSlurm,
  type BackendSetup,
} from '../../lab/backend-setups.ts';
import { waitUntil } from '../../lab/daemons.ts';
import { createPlainHost } from '../../lab/plain-host.ts';
import { startSlurmLab, type SlurmLab } from '../../lab/slurm.ts';

describe('slurm backend on a cluster with accounting', () => {
  let setup: BackendSetup;
  let backend: Backend;
  let lab: SlurmLab;
  beforeAll(async () => {
    // A lab of its own, because cases stop daemons; one that forgets ended jobs quickly.
    setup = await setUpSlurm({ minJobAge: 5 });
    backend = setup.createBackend();
    lab = setup.lab as SlurmLab;
  });
  afterAll(async () => setup?.stop());

  const submitRunning = async (argv: string[]): Promise<JobRef> => {
    const ref = await backend.submit(setup.makeSpec(argv));
    await pollUntil(backend, ref, isRunning);
    return ref;
  };

  it('says why a job waits, in the words of Slurm, and cancels it there', async () => {
    const ref = await backend.submit(setup.makeSpec(['true'], { slurm: { partition: 'closed' } }));
    const { observation } = await pollUntil(backend, ref, (seen) => seen.kind === 'active' && seen.reason !== undefined);
    expect(observation).toMatchObject({ kind: 'active', state: 'pending', reason: 'PartitionDown', schedulerState: 'PENDING' });
    await lab.command('scontrol', 'hold', ref.jobId);
    await pollUntil(backend, ref, (seen) => seen.kind === 'active' && seen.state === 'held');
    await backend.cancel(ref);
    expect(await pollUntilEnded(backend, ref)).toMatchObject({ outcome: 'cancelled', exitCode: null, signal: null });
  });

  it('passes a rejection on, and submits again once the request is right', async () => {
    const wrong = setup.makeSpec(['true'], { slurm: { partition: 'nowhere' } });
    await expect(backend.submit(wrong)).rejects.toMatchObject({
      code: 'backend.rejected',
      transient: false,
      details: { class: 'permission' },
    });
    await expect(backend.submit(setup.makeSpec(['true'], { resources: { gpus: 9 } }))).rejects.toMatchObject({
      code: 'backend.rejected',
      details: { class: 'resources' },
    });
    const ref = await backend.submit({ ...wrong, slurm: {} });
    expect((await pollUntilEnded(backend, ref)).outcome).toBe('completed');
  });

  it('gives GPUs to a job that asks for them', async () => {
    const spec = setup.makeSpec(['sh', '-c', 'echo "gpus $SLURM_GPUS_ON_NODE $CUDA_VISIBLE_DEVICES"'], { resources: { gpus: 2 } });
    const ref = await backend.submit(spec);
    await pollUntilEnded(backend, ref);
    const log = new TextDecoder().decode((await backend.tail(ref, 0, 10_000)).bytes);
    expect(log).toContain('gpus 2 0,1');
  });

  it('makes one job of two processes that submit at once', async () => {
    const spec = setup.makeSpec(['true']);
    const start = () =>
      fork(join(import.meta.dirname, 'submit-once.ts'), [JSON.stringify(spec)], {
        execArgv: ['--import', 'tsx'],
        env: { ...process.env, ...lab.env },
      });
    const children = [start(), start()];
    const answers = await Promise.all(children.map(async (child) => (await once(child, 'message'))[0] as { jobId: string }));
    expect(answers[0]).toEqual(answers[1]);
    await pollUntilEnded(backend, answers[0] as JobRef);
    expect(await setup.countJobs(spec.token)).toBe(1);
  });

  it('finds a job whose id was never written down: by name in the queue', async () => {
    const ref = await submitRunning(['sleep', '300']);
    const spec = setup.makeSpec(['sleep', '300'], { token: ref.token });
    await rm(join(ref.folder, 'job.id'));
    expect(await backend.submit(spec)).toMatchObject({ token: ref.token, jobId: ref.jobId });
    await rm(join(ref.folder, 'job.id'));
    expect(await backend.find(spec)).toMatchObject({ jobId: ref.jobId });
    await backend.cancel(ref);
  });

  it('submits again when the submitter died before sbatch, but only after the silence has lasted', async () => {
    const spec = setup.makeSpec(['true']);
    await mkdir(join(spec.folder, 'submitting'), { recursive: true });
    await writeFile(join(spec.folder, 'submitting', 'since'), `${Math.floor(Date.now() / 1000)}\n`);
    await writeFile(join(spec.folder, 'submitting', 'host'), (await lab.command('uname', '-n')).trim());
    await writeFile(join(spec.folder, 'submitting', 'pid'), '999999999\n');
    await expect(backend.submit(spec)).rejects.toMatchObject({ code: 'backend.outcome-unknown', transient: true });
    await writeFile(join(spec.folder, 'submitting', 'since'), `${Math.floor(Date.now() / 1000) - 60}\n`);
    const ref = await backend.submit(spec);
    expect((await pollUntilEnded(backend, ref)).outcome).toBe('completed');
    expect(await setup.countJobs(spec.token)).toBe(1);
  });

  it('goes on after a requeue and does nothing in a second job of the same token', async () => {
    const ref = await submitRunning(['sh', '-c', 'echo attempt >>attempts; sleep 4']);
    await lab.command('scontrol', 'update', `jobid=${ref.jobId}`, 'requeue=1');
    await lab.command('scontrol', 'requeue', ref.jobId);
    await lab.command('sbatch', '--parsable', `--chdir=${ref.folder}`, join(ref.folder, 'job.sbatch'));
    // Slurm lets a requeued job wait two minutes unless it is told not to.
    await pollUntil(backend, ref, (seen) => seen.kind === 'active' && seen.state === 'pending');
    // The first attempt is over when it has said so; before that Slurm still ends what carries this id.
    await waitUntil('the record of the first attempt', () =>
      readFile(join(ref.folder, 'exit.json'), 'utf8').then(
        () => true,
        () => false,
      ),
    );
    await waitUntil('the node to have done with it', async () => !(await lab.command('scontrol', 'show', 'node')).includes('COMPLETING'));
    await lab.command('scontrol', 'update', `jobid=${ref.jobId}`, 'starttime=now');
    expect(await pollUntilEnded(backend, ref)).toMatchObject({ outcome: 'completed', exitCode: 0 });
    expect(await readFile(join(setup.root, 'run', 'repo', 'attempts'), 'utf8')).toBe('attempt\nattempt\n');
    expect(JSON.parse(await readFile(join(ref.folder, 'exit.json'), 'utf8'))).toMatchObject({ jobId: ref.jobId, restart: 1 });
  }, 120_000);

  it('knows nothing while slurmctld is away, loses no job, and is right later', async () => {
    const ref = await submitRunning(['sh', '-c', 'while [ ! -f ctld ]; do sleep 0.2; done; exit 3']);
    await lab.controls.stopSlurmctld();
    const [blind] = await backend.poll([{ ref, logOffset: 0 }]);
    expect(blind?.observation.kind).toBe('no-information');
    const spec = setup.makeSpec(['true']);
    await expect(backend.submit(spec)).rejects.toMatchObject({ code: 'backend.unavailable', transient: true });
    await writeFile(join(setup.root, 'run', 'repo', 'ctld'), '');
    await lab.controls.startSlurmctld();
    expect(await pollUntilEnded(backend, ref)).toMatchObject({ outcome: 'failed', exitCode: 3 });
    const later = await backend.submit(spec);
    expect((await pollUntilEnded(backend, later)).outcome).toBe('completed');
  }, 120_000);

  it('asks the accounting for what the queue has forgotten, and the exit record when the accounting is away', async () => {
    const three = await backend.submit(setup.makeSpec(['sh', '-c', 'exit 3']));
    const zero = await backend.submit(setup.makeSpec(['true']));
    await pollUntilEnded(backend, zero);
    await pollUntilEnded(backend, three);
    for (
      let tries = 0;
      tries < 90 && (await lab.command('squeue', '-h', '-t', 'all', '-o', '%A')).split('\n').includes(zero.jobId);
      tries += 1
    ) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    expect(await pollUntilEnded(backend, three)).toMatchObject({ outcome: 'failed', exitCode: 3, evidence: 'accounting' });
    await rm(join(three.folder, 'exit.json'));
    expect(await pollUntilEnded(backend, three)).toMatchObject({ outcome: 'failed', exitCode: 3, evidence: 'accounting' });
    await lab.controls.stopSlurmdbd();
    expect(await pollUntilEnded(backend, zero)).toMatchObject({ outcome: 'completed', exitCode: 0, evidence: 'exit-record' });
    const [unproven] = await backend.poll([{ ref: three, logOffset: 0 }]);
    expect(unproven?.observation.kind).toBe('missing');
    await lab.controls.startSlurmdbd();
    expect((await pollUntilEnded(backend, three)).outcome).toBe('failed');
  }, 180_000);
});

describe('slurm backend on a cluster without accounting', () => {
  it('tells endings by the exit record once the queue has forgotten the job', async () => {
    const lab = await startSlurmLab({ accounting: false, minJobAge: 2 });
    try {
      const host = createLabHost(lab);
      const backend = createSlurmBackend({ id: 'lab', host, profile: { slurm: { ...LAB_SETTINGS, useSrun: false } } });
      const folder = join(lab.workRoot, 'job');
      const resources = { cpus: 1, memoryMb: 100, gpus: 0, nodes: 1, timeLimitSeconds: 300 };
      const spec = {
        token: 'no_accounting',
        title: 't',
        folder,
        workdir: lab.workRoot,
        runFolder: lab.workRoot,
        env: {},
        slurm: {},
        isolation: NO_ISOLATION,
        resources,
      };
      const ref = await backend.submit({ ...spec, argv: ['sh', '-c', 'exit 7'] });
      const isForgotten = async () => !(await lab.command('squeue', '-h', '-t', 'all', '-o', '%A')).includes(ref.jobId);
      for (let tries = 0; tries < 300 && !(await isForgotten()); tries += 1) await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await pollUntilEnded(backend, ref)).toMatchObject({ outcome: 'failed', exitCode: 7, evidence: 'exit-record' });
      const unknown = createSlurmBackend({ id: 'lab', host: createPlainHost({ id: 'lab', env: { ...lab.env } }), profile: {} });
      expect(await unknown.find({ ...spec, token: 'never_submitted', argv: ['true'], folder: `${folder}-x` })).toBeNull();
      await host.close();
    } finally {
      await lab.stop();
    }
  }, 240_000);
});
