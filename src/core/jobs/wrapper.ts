import type { JobSpec } from './job.ts';
import { quoteWord, quoteWords } from './quote.ts';
import { renderSandbox } from './sandbox.ts';
import { WRAPPER_BODY } from './wrapper-body.ts';

/** Who starts the script and who watches its limits: the script itself on this machine, the scheduler under Slurm. */
export type WrapperSettings =
  /** `hidden`: folders that no payload in a sandbox may see, besides the account's home. */
  | { readonly scheduler: 'local'; readonly hidden: readonly string[] }
  | { readonly scheduler: 'slurm'; readonly launcher: readonly string[] };

/** Names that a local job keeps from the account that starts it; everything else, secrets above all, is dropped. */
const KEPT_NAMES = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'USER', 'LOGNAME', 'LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES', 'ROCR_VISIBLE_DEVICES'];

const THREAD_NAMES = ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'NUMEXPR_MAX_THREADS', 'VECLIB_MAXIMUM_THREADS'];

/** The script `job.sh` that runs one payload and keeps its records. Same spec and settings, same text. */
export function renderWrapper(spec: JobSpec, settings: WrapperSettings): string {
  const local = settings.scheduler === 'local';
  const { resources } = spec;
  return `#!/bin/sh
# ${spec.token}: runs one payload of Reprobot. This part says what; the part below keeps the records beside it.
${local ? renderCleanStart() : ''}scheduler=${settings.scheduler}
token=${spec.token}
folder=${quoteWord(spec.folder)}
workdir=${quoteWord(spec.workdir)}
limit_seconds=${resources.timeLimitSeconds}
time_limit=${local ? resources.timeLimitSeconds : 0}
memory_limit_kb=${local ? resources.memoryMb * 1024 : 0}
cpus=${local ? resources.cpus : 0}
watch_seconds=${local ? 1 : 5}
grace_seconds=${local ? 10 : 45}

payload_environment() {
${renderEnvironment(spec, local)}}

set -- ${quoteWords(settings.scheduler === 'slurm' ? [...settings.launcher, ...spec.argv] : spec.argv)}
${renderShell(spec, settings)}${WRAPPER_BODY}`;
}

function renderCleanStart(): string {
  const kept = KEPT_NAMES.map((name) => `\${${name}+${name}="$${name}"}`).join(' ');
  return `if [ -z "\${REPROBOT_JOB:-}" ]; then
  exec env -i REPROBOT_JOB=1 HOME="\${HOME:-/}" ${kept} /bin/sh "$0"
fi
account_home="$HOME"
`;
}

function renderEnvironment(spec: JobSpec, local: boolean): string {
  const threads = THREAD_NAMES.map((name) => [name, String(spec.resources.cpus)] as const);
  const home = local ? [['HOME', `${spec.runFolder}/.home`] as const] : [];
  const own = [['PYTHONUNBUFFERED', '1'] as const, ['REPROBOT_OUTPUTS', `${spec.folder}/outputs`] as const];
  const all = new Map<string, string>([...own, ...threads, ...home, ...Object.entries(spec.env)]);
  const lines = [...all].map(([name, value]) => `  export ${name}=${quoteWord(value)}\n`);
  return `  unset REPROBOT_JOB\n${lines.join('')}`;
}

function renderShell(spec: JobSpec, settings: WrapperSettings): string {
  if (settings.scheduler === 'local') return renderSandbox(spec.isolation, settings.hidden, spec);
  return `sandbox=off\nprepare_payload() { mkdir -p ${quoteWord(`${spec.folder}/outputs`)}; }\n`;
}
