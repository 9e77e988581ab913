import type { SiteProfile } from '../site.ts';
import type { JobSpec } from './job.ts';
import { quoteWord } from './quote.ts';

export type SlurmSettings = NonNullable<SiteProfile['slurm']>;

/** The batch script `job.sbatch`: directives of the profile and the spec, the profile's prelude, then job.sh in its place. */
export function renderSlurmScript(spec: JobSpec, settings: SlurmSettings): string {
  const lines = listDirectives(spec, settings).map((directive) => `#SBATCH ${directive}`);
  const prelude = settings.prelude.length === 0 ? '' : `${settings.prelude.join('\n')}\n`;
  return `#!/bin/bash -l\n${lines.join('\n')}\n\n${prelude}exec /bin/sh ${quoteWord(`${spec.folder}/job.sh`)}\n`;
}

/** The words before the payload that make Slurm start it on every node of the job. */
export function listLauncher(spec: JobSpec, settings: SlurmSettings): string[] {
  if (!settings.useSrun) return ['/bin/sh', '-c', 'exec "$@"', 'reprobot'];
  // Since 22.05 srun does not take --cpus-per-task from the batch job. Unbuffered, because progress bars write no newlines.
  const { nodes, cpus } = spec.resources;
  return ['srun', `--nodes=${nodes}`, `--ntasks=${nodes}`, `--cpus-per-task=${cpus}`, '--export=ALL', '--unbuffered', '--input=none', '--'];
}

/** The #SBATCH lines, without the prefix. */
export function listDirectives(spec: JobSpec, settings: SlurmSettings): string[] {
  const { resources } = spec;
  const log = quoteDirective(`${spec.folder}/job.log`);
  const chosen = { ...pickChoices(settings), ...spec.slurm };
  const directives = [
    `--job-name=${spec.token}`,
    `--comment=${spec.token}`,
    `--chdir=${quoteDirective(spec.folder)}`,
    `--output=${log}`,
    `--error=${log}`,
    '--open-mode=append',
    '--no-requeue',
    `--time=${formatTimeLimit(resources.timeLimitSeconds)}`,
    `--nodes=${resources.nodes}`,
    '--ntasks-per-node=1',
    `--cpus-per-task=${resources.cpus}`,
    ...listMemory(spec, settings),
    ...listGpus(spec, settings),
  ];
  // Slurm may send the warning up to a minute early, which would be the start of a very short job.
  if (resources.timeLimitSeconds >= 300) directives.push('--signal=B:TERM@60');
  for (const name of ['partition', 'account', 'qos', 'constraint'] as const) {
    const value = chosen[name];
    if (value !== undefined) directives.push(`--${name}=${quoteDirective(value)}`);
  }
  if (chosen.exclude !== undefined) directives.push(`--exclude=${chosen.exclude.join(',')}`);
  return directives;
}

function pickChoices(settings: SlurmSettings): JobSpec['slurm'] {
  const { partition, account, qos, constraint } = settings;
  return {
    ...(partition === undefined ? {} : { partition }),
    ...(account === undefined ? {} : { account }),
    ...(qos === undefined ? {} : { qos }),
    ...(constraint === undefined ? {} : { constraint }),
  };
}

/** Hours, minutes, seconds; Slurm itself counts whole minutes and rounds up. */
export function formatTimeLimit(seconds: number): string {
  const pair = (value: number): string => String(value).padStart(2, '0');
  return `${pair(Math.floor(seconds / 3600))}:${pair(Math.floor(seconds / 60) % 60)}:${pair(seconds % 60)}`;
}

function listMemory(spec: JobSpec, settings: SlurmSettings): string[] {
  const { memoryMb, gpus, cpus } = spec.resources;
  switch (settings.memory.policy) {
    case 'forbidden':
      return [];
    case 'per-node':
      return [`--mem=${memoryMb}M`];
    case 'per-cpu':
      return [`--mem-per-cpu=${Math.ceil(memoryMb / cpus)}M`];
    case 'per-gpu': {
      if (gpus === 0) return [`--mem=${memoryMb}M`];
      const perGpu = settings.memory.gbPerGpu;
      return [perGpu === undefined ? `--mem-per-gpu=${Math.ceil(memoryMb / gpus)}M` : `--mem-per-gpu=${perGpu}G`];
    }
  }
}

function listGpus(spec: JobSpec, settings: SlurmSettings): string[] {
  const { gpus, nodes } = spec.resources;
  if (gpus === 0) return [];
  switch (settings.gpuFlag) {
    case 'gpus-per-node':
      return [`--gpus-per-node=${gpus}`];
    case 'gres':
      return [`--gres=gpu:${gpus}`];
    case 'gpus':
      return [`--gpus=${gpus * nodes}`];
  }
}

/** Sbatch reads quotes in its lines, but not the way a shell does; what holds quotes or backslashes is refused before it gets here. */
function quoteDirective(value: string): string {
  return /^[A-Za-z0-9_@%+:,./&|*()[\]-]+$/.test(value) ? value : `"${value}"`;
}
