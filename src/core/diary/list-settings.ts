import { redactText } from '../redact.ts';
import type { Adjustment, RunEvent } from '../run/events.ts';
import { formatBytes, formatCount, formatDuration } from '../run/format.ts';
import type { JobState, RunState } from '../run/state.ts';
import { showText } from '../show-text.ts';
import type { Setting } from './entry.ts';

const LONGEST_NAME = 100;
const LONGEST_VALUE = 300;
const MOST = 400;

/** What the work is done with after an event that settled it; nothing after all others. Values are redacted and cut. */
export function listSettings(event: RunEvent, after: RunState): Setting[] {
  return list(event, after).slice(0, MOST);
}

function list(event: RunEvent, after: RunState): Setting[] {
  switch (event.type) {
    case 'repo.cloned':
      return [setting('code', 'commit', event.commit)];
    case 'env.built':
      return [...listEnvironment(after), ...Object.entries(event.packages).map(([name, version]) => setting('package', name, version))];
    case 'job.submitted':
      return listJob(after.jobs.find((job) => job.ref?.token === event.ref.token));
    case 'plan.adjusted':
      return listAdjustment(event.adjustment);
    default:
      return [];
  }
}

function listEnvironment({ env }: RunState): Setting[] {
  if (env === null) return [];
  const { strategy, basePython, lines } = env.plan;
  const torch = lines?.torch.version;
  return [
    setting('environment', 'made by', strategy),
    setting('environment', 'Python', basePython.version),
    ...(torch === undefined || torch === null ? [] : [setting('environment', 'torch', `${torch} ${lines?.torch.build ?? ''}`.trim())]),
  ];
}

function listJob(job: JobState | undefined): Setting[] {
  if (job === undefined) return [];
  const { argv, env, resources } = job.spec;
  return [
    setting('command', 'line', job.plan?.command ?? argv.join(' ')),
    ...(job.plan?.bounds ?? []).map(({ argument, value, fullValue }) =>
      setting('command', `limit ${argument}`, fullValue === null ? value : `${value} instead of ${fullValue}`),
    ),
    ...Object.entries(env).map(([name, value]) => variable(name, value)),
    setting('resource', 'CPUs', String(resources.cpus)),
    setting('resource', 'GPUs', String(resources.gpus)),
    setting('resource', 'nodes', String(resources.nodes)),
    setting('resource', 'memory', formatBytes(resources.memoryMb * 1_000_000)),
    setting('resource', 'time limit', formatDuration(resources.timeLimitSeconds)),
  ];
}

function listAdjustment({ packages, arguments: words, patches, memoryFactor, timeFactor }: Adjustment): Setting[] {
  return [
    ...packages.map(({ name, specifier }) => setting('plan', `package ${name}`, specifier === '' ? 'any version' : specifier)),
    ...Object.entries(words).map(([name, value]) => setting('plan', name, value)),
    ...(memoryFactor === 1 ? [] : [setting('plan', 'memory', `× ${memoryFactor}`)]),
    ...(timeFactor === 1 ? [] : [setting('plan', 'time limit', `× ${timeFactor}`)]),
    ...patches.map(({ diff, why }, index) =>
      setting('patch', `patch ${index + 1}`, `${why} (${formatCount(diff.split('\n').length, 'line')} of diff)`),
    ),
  ];
}

/** The name may be what says that the value is a secret. */
function variable(name: string, value: string): Setting {
  const line = redactText(`${name}=${value}`);
  return setting('variable', name, line.startsWith(`${name}=`) ? line.slice(name.length + 1) : '[secret]');
}

function setting(group: Setting['group'], name: string, value: string): Setting {
  return { group, name: tidy(name, LONGEST_NAME), value: tidy(value, LONGEST_VALUE) };
}

function tidy(text: string, longest: number): string {
  const plain = showText(redactText(text)).replaceAll(/\s+/g, ' ').trim();
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 1)}…`;
}
