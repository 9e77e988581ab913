/** A repository written down as files, and the plan that is made for it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { planEnvironment } from '../../../src/core/environment/plan.ts';
import type { SiteFacts } from '../../../src/core/environment/schema.ts';
import type { Entry, RepoMap } from '../../../src/core/repo-map/schema.ts';
import { planSample, type SampleAdjustment } from '../../../src/core/sample-run/plan.ts';
import { chooseWork, planProbe } from '../../../src/core/sample-run/probe-plan.ts';
import { findProbe, type ProbeSubject } from '../../../src/core/sample-run/probe-targets.ts';
import { SamplePlan } from '../../../src/core/sample-run/schema.ts';
import type { SiteProfile } from '../../../src/core/site.ts';
import { fill } from '../../../workers/placeholders.ts';
import { makeFacts, makeSite } from '../environment/helpers.ts';
import { mapFiles, repoFiles, repository } from '../repo-map/helpers.ts';

export type Files = Readonly<Record<string, string>>;

export interface Parts {
  readonly site?: SiteProfile;
  readonly facts?: SiteFacts;
  readonly adjust?: SampleAdjustment;
  /** What the code is meant for, whatever the map thinks of so small a repository. */
  readonly hardware?: RepoMap['hardware']['class'];
  /** Changes the entry that the map chose, as another reader of the repository might have made it. */
  readonly entry?: Partial<Entry>;
}

export const gpuSite = makeSite({
  gpu: { unit: 'A100', memoryGb: 40, perNode: 1, vendor: 'nvidia' },
  sample: { cpus: 4, memoryMb: 8000, gpus: 1, minutes: 5 },
});
export const gpuFacts = makeFacts({ gpus: 1, cpus: 8 });

/** The plan of a repository, checked against its schema. */
export function planOf(files: Files, parts: Parts = {}): SamplePlan {
  const read = mapFiles(files);
  const map =
    parts.hardware === undefined ? read : { ...read, hardware: { ...read.hardware, class: parts.hardware, needsGpu: false, reasons: [] } };
  const work = chooseWork(map, findProbe(repository(files)));
  if (work === undefined) throw new Error('nothing to run');
  const { site = makeSite(), facts = makeFacts(), adjust } = parts;
  const entry = { ...work.entry, ...parts.entry };
  const env = planEnvironment({ map, entry, site, facts });
  const request = { map, entry, site, facts, env, files: repoFiles(files), ...(adjust === undefined ? {} : { adjust }) };
  return SamplePlan.parse(work.probe === null ? planSample(request) : planProbe(request, work.probe));
}

/** What a probe of a repository would import. */
export function probeOf(files: Files): ProbeSubject {
  const found = findProbe(repository(files));
  if (found === null) throw new Error('nothing to probe');
  return found;
}

/** Lays a run's folder out as the bot does, with the checkout apart, and runs the payload with this machine's Python. */
export function runPlan(
  files: Files,
  plan: SamplePlan,
  python = 'python3',
): { stdout: string; stderr: string; code: number | null; read: (path: string) => string; end: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'sample-'));
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  for (const [path, content] of Object.entries(files)) {
    write(`checkout/${path}`, content);
    write(`repo/${path}`, content);
  }
  for (const file of plan.files) write(file.path, file.content);
  const put = (text: string): string => fill(text, { run: folder, python });
  const [program = '', ...rest] = plan.argv.map(put);
  const env = { ...process.env, ...Object.fromEntries(Object.entries(plan.env).map(([name, value]) => [name, put(value)])) };
  const { stdout, stderr, status } = spawnSync(program, rest, { cwd: join(folder, 'repo', plan.cwd), env, encoding: 'utf8' });
  return {
    stdout,
    stderr,
    code: status,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    end: () => rmSync(folder, { recursive: true }),
  };
}
