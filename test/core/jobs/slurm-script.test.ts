import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../src/core/jobs/job.ts';
import {
  formatTimeLimit,
  listDirectives,
  listLauncher,
  renderSlurmScript,
  type SlurmSettings,
} from '../../../src/core/jobs/slurm-script.ts';

const settings: SlurmSettings = {
  accountRequired: false,
  gpuFlag: 'gpus-per-node',
  cpusPerGpu: 7,
  memory: { policy: 'per-gpu', gbPerGpu: 60 },
  prelude: ['module purge'],
  useSrun: true,
  partition: 'small-g',
  account: 'project_1',
};

const spec: JobSpec = {
  token: 'run_1_a1',
  title: 'minGPT sample',
  folder: '/scratch/my runs/jobs/run_1_a1',
  workdir: '/scratch/my runs/repo',
  runFolder: '/scratch/my runs',
  argv: ['python3', 'train.py'],
  env: {},
  resources: { cpus: 14, memoryMb: 1000, gpus: 2, nodes: 1, timeLimitSeconds: 900 },
  isolation: { sandbox: 'none', network: true, readable: [] },
  slurm: { partition: 'dev-g' },
};

describe('renderSlurmScript', () => {
  it('keeps off the nodes that an earlier try failed on', () => {
    const kept = listDirectives({ ...spec, slurm: { exclude: ['n7', 'n9'] } }, settings);
    expect(kept).toContain('--exclude=n7,n9');
    expect(listDirectives(spec, settings).join(' ')).not.toContain('exclude');
  });

  it('writes directives, prelude and the call of job.sh', () => {
    expect(renderSlurmScript(spec, settings)).toMatchInlineSnapshot(`
      "#!/bin/bash -l
      #SBATCH --job-name=run_1_a1
      #SBATCH --comment=run_1_a1
      #SBATCH --chdir="/scratch/my runs/jobs/run_1_a1"
      #SBATCH --output="/scratch/my runs/jobs/run_1_a1/job.log"
      #SBATCH --error="/scratch/my runs/jobs/run_1_a1/job.log"
      #SBATCH --open-mode=append
      #SBATCH --no-requeue
      #SBATCH --time=00:15:00
      #SBATCH --nodes=1
      #SBATCH --ntasks-per-node=1
      #SBATCH --cpus-per-task=14
      #SBATCH --mem-per-gpu=60G
      #SBATCH --gpus-per-node=2
      #SBATCH --signal=B:TERM@60
      #SBATCH --partition=dev-g
      #SBATCH --account=project_1

      module purge
      exec /bin/sh '/scratch/my runs/jobs/run_1_a1/job.sh'
      "
    `);
  });

  it.each([
    [{ policy: 'per-node' }, '--mem=1000M'],
    [{ policy: 'per-cpu' }, '--mem-per-cpu=72M'],
    [{ policy: 'per-gpu' }, '--mem-per-gpu=500M'],
    [{ policy: 'forbidden' }, null],
  ] as const)('memory %j gives %s', (memory, directive) => {
    const given = listDirectives(spec, { ...settings, memory }).filter((line) => line.startsWith('--mem'));
    expect(given).toEqual(directive === null ? [] : [directive]);
  });

  it.each([
    ['gres', '--gres=gpu:2'],
    ['gpus', '--gpus=2'],
    ['gpus-per-node', '--gpus-per-node=2'],
  ] as const)('GPUs by %s', (gpuFlag, directive) => {
    expect(listDirectives(spec, { ...settings, gpuFlag })).toContain(directive);
  });

  it('warns before the end only where the warning cannot come at the start', () => {
    const short = { ...spec, resources: { ...spec.resources, timeLimitSeconds: 120 } };
    expect(listDirectives(spec, settings)).toContain('--signal=B:TERM@60');
    expect(listDirectives(short, settings).join(' ')).not.toContain('--signal');
  });

  it('starts the payload through srun or not', () => {
    expect(listLauncher(spec, settings)[0]).toBe('srun');
    expect(listLauncher(spec, { ...settings, useSrun: false })).toEqual(['/bin/sh', '-c', 'exec "$@"', 'reprobot']);
  });

  it('counts more than a day in hours', () => {
    expect(formatTimeLimit(30 * 3600 + 61)).toBe('30:01:01');
  });
});
