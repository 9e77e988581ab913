import type { JobRef, JobSpec } from '../../core/jobs/job.ts';
import { listLauncher, renderSlurmScript, type SlurmSettings } from '../../core/jobs/slurm-script.ts';
import { renderWrapper } from '../../core/jobs/wrapper.ts';
import type { SiteProfile } from '../../core/site.ts';
import { ReprobotError } from '../../errors.ts';
import type { Backend, Host, RenderedJob } from '../../ports.ts';
import { checkSpec } from '../shared/check.ts';
import { describeFailure, type Log } from '../shared/failure.ts';
import { DEFAULT_LIMITS, type LookLimits } from '../shared/look.ts';
import { downloadOutputs, readLog } from '../shared/outputs.ts';
import { findOrSubmit, type SubmitSettings } from './client.ts';
import { createPoller } from './poll.ts';
import { CANCEL_SCRIPT } from './scripts.ts';

export interface SlurmBackendOptions {
  readonly id: string;
  readonly host: Host;
  readonly profile: Pick<SiteProfile, 'slurm'>;
  readonly log?: Log;
  readonly limits?: LookLimits;
  /** Seconds of silence after which a submission whose answer was lost counts as not made; 120 unless told. */
  readonly settleSeconds?: number;
  readonly sbatchSeconds?: number;
}

const DEFAULT_SETTINGS: SlurmSettings = {
  accountRequired: false,
  gpuFlag: 'gres',
  cpusPerGpu: 1,
  memory: { policy: 'per-node' },
  prelude: [],
  useSrun: true,
};

/** Runs jobs through Slurm's commands on the host. */
export function createSlurmBackend(options: SlurmBackendOptions): Backend {
  const { id, host, log } = options;
  const settings = options.profile.slurm ?? DEFAULT_SETTINGS;
  const submission: SubmitSettings = {
    id,
    host,
    log,
    settleSeconds: options.settleSeconds ?? 120,
    sbatchSeconds: options.sbatchSeconds ?? 180,
  };
  const poller = createPoller({ host, limits: options.limits ?? DEFAULT_LIMITS });

  return {
    id,
    host,
    render: (spec) => renderSlurm(spec, settings, id),
    submit: async (spec, { signal } = {}) => submitJob(spec, settings, submission, signal),
    find: (spec) => findOrSubmit(checkSpec(spec, `looking for a job on ${id}`), 'find', submission),
    poll: (jobs) => poller.poll(jobs),
    tail: (ref, offset, maxBytes) => readLog(host, ref, offset, maxBytes),
    cancel: (ref) => cancelJob(ref, id, host),
    fetchOutputs: (ref, localPath, { maxBytes } = {}) => downloadOutputs(host, ref, localPath, maxBytes),
  };
}

function renderSlurm(spec: JobSpec, settings: SlurmSettings, id: string): RenderedJob {
  const checked = checkSpec(spec, `preparing a job for ${id}`);
  return {
    files: [
      { name: 'job.sbatch', content: renderSlurmScript(checked, settings) },
      { name: 'job.sh', content: renderWrapper(checked, { scheduler: 'slurm', launcher: listLauncher(checked, settings) }) },
    ],
    command: ['sbatch', '--parsable', `${checked.folder}/job.sbatch`],
  };
}

async function submitJob(spec: JobSpec, settings: SlurmSettings, submission: SubmitSettings, signal?: AbortSignal): Promise<JobRef> {
  const { host, id, log } = submission;
  const { files } = renderSlurm(spec, settings, id);
  // A job that exists keeps the script it was submitted with.
  if (!(await host.exists(`${spec.folder}/job.id`))) {
    for (const file of files) await host.writeFile(`${spec.folder}/${file.name}`, file.content, { mode: 0o700 });
  }
  const ref = await findOrSubmit(spec, 'submit', submission, signal);
  if (ref === null)
    throw new ReprobotError({ code: 'backend.outcome-unknown', doing: `submitting to ${id}`, why: 'no answer', transient: true });
  log?.info({ token: spec.token, jobId: ref.jobId }, 'slurm knows the job');
  return ref;
}

async function cancelJob(ref: JobRef, id: string, host: Host): Promise<void> {
  const result = await host.script(CANCEL_SCRIPT, [ref.jobId, ref.folder, ref.cluster ?? '-']);
  const over = /Invalid job id specified|already (completing|completed)/i.test(result.stdout);
  if (result.code === 0 || over) return;
  throw new ReprobotError({
    code: 'backend.unavailable',
    doing: `cancelling ${ref.jobId} on ${id}`,
    why: result.stdout.trim().split('\n').at(-1) || describeFailure(result) || 'scancel gave no reason',
    remedy: 'It can be asked again at any time.',
    transient: true,
  });
}
