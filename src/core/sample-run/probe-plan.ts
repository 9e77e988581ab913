import { PYTHON, RUN } from '../placeholders.ts';
import type { Entry, RepoMap } from '../repo-map/schema.ts';
/** The plan of a probe, and when there is one. Pure. */
import { formatCount } from '../run/format.ts';
import { chooseEntry, hasTraining } from './choose-entry.ts';
import { countGpus, planEnv, planResources, type SampleRequest } from './plan.ts';
import { PROBE_SCRIPT } from './probe-script.ts';
import type { ProbeSubject } from './probe-targets.ts';
import type { SamplePlan } from './schema.ts';

const MAX_SECONDS_EACH = 120;

/** What a sample run works on: an entry, and the probe's subject where nothing trains. */
export interface SampleWork {
  readonly entry: Entry;
  readonly probe: ProbeSubject | null;
}

/** A program that trains; else a probe of the models that are there; else any program; undefined when there is neither. */
export function chooseWork(map: RepoMap, probe: ProbeSubject | null): SampleWork | undefined {
  if (probe !== null && !hasTraining(map)) return { entry: probe.entry, probe };
  const entry = chooseEntry(map);
  return entry === undefined ? undefined : { entry, probe: null };
}

/** Plans a probe: a fixed program of ours, and as data what it imports. */
export function planProbe(request: SampleRequest, subject: ProbeSubject): SamplePlan {
  const gpus = countGpus(request.map, request.site, request.facts);
  const resources = planResources(request, gpus);
  const models = subject.targets.filter((target) => target.kind === 'model');
  const names = models.map((target) => target.name).join(', ');
  const seconds = Math.floor(resources.timeLimitSeconds * 0.8);
  const what = { seconds, each: Math.min(MAX_SECONDS_EACH, seconds), roots: subject.roots, targets: subject.targets };
  return {
    schemaVersion: 1,
    mode: 'probe',
    argv: [PYTHON, `${RUN}/plan/probe.py`],
    command: 'python plan/probe.py',
    cwd: '',
    env: { ...planEnv(request, gpus), HF_HUB_OFFLINE: '1' },
    files: [
      { path: 'plan/probe.json', content: `${JSON.stringify(what, null, 1)}\n`, why: 'what is imported, as data' },
      { path: 'plan/probe.py', content: PROBE_SCRIPT, why: 'imports it and makes one forward pass with each model' },
    ],
    bounds: [],
    expected: null,
    stopsByClock: false,
    resources,
    full: { command: 'no training command was found', unit: null, total: null },
    notes: [
      'No program of the repository trains anything, so this is a probe: it imports the code and makes one forward pass on made-up input. It trains nothing.',
      `It tries ${formatCount(models.length, 'model')}: ${names}.`,
    ],
  };
}
