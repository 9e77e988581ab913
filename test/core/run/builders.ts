import type { Failure } from '../../../src/core/failure.ts';
import { NO_ISOLATION, type JobSpec, type Observation } from '../../../src/core/jobs/job.ts';
import type { Progress } from '../../../src/core/progress/schema.ts';
/** Small, valid pieces of a run: outputs as processors bring them, and a service over memory to walk a run with. */
import type { EffectOutput } from '../../../src/core/run/commands.ts';
import type { Command } from '../../../src/core/run/commands.ts';
import { decide } from '../../../src/core/run/decide.ts';
import { listEffects } from '../../../src/core/run/effects.ts';
import type { RunEvent, SampleResult } from '../../../src/core/run/events.ts';
import { foldEvents } from '../../../src/core/run/fold.ts';
import { findLastJob, type RunState } from '../../../src/core/run/state.ts';
import { digestOf } from '../../../src/runs/digest.ts';

export const runId = 'rtestrun';
export const ada = 'UADA0000001';
export const research = 'CRESEARCH01';

/** When runs of these tests begin. */
export const begun = Date.UTC(2026, 0, 5, 9);

export function makeRequest(id = 'slash:1', at = begun): Extract<Command, { kind: 'request' }> {
  const repo = { url: 'https://github.com/karpathy/minGPT', ref: null, subfolder: '' };
  return { kind: 'request', id, at, runId, by: ada, channel: research, repo, site: 'local' };
}

export function makeProgress(parts: Partial<Progress> = {}): Progress {
  const empty = { unit: 'step' as const, current: null, total: null, epoch: null, fraction: null, rate: null, eta: null };
  return { ...empty, metrics: {}, loss: null, warnings: [], shapes: [], ...parts };
}

export function makeLoss(values: readonly number[], trend: NonNullable<Progress['loss']>['trend'] = 'decreasing'): Progress['loss'] {
  const points = values.map((value, index) => ({ at: index, value, line: index + 1 }));
  return { name: 'loss', points, first: values[0] ?? 0, last: values.at(-1) ?? 0, trend };
}

export function makeFailure(parts: Partial<Failure> = {}): Failure {
  return {
    class: 'oom_gpu',
    title: 'The GPU ran out of memory',
    evidence: { text: 'torch.OutOfMemoryError: CUDA out of memory.', line: 812 },
    confidence: 0.98,
    fault: 'request',
    route: 'resources',
    remedy: { kind: 'set-argument', argument: '--batch-size', value: '8' },
    explanation: 'The batch does not fit on the card.',
    facts: {},
    ...parts,
  };
}

export function makeSpec(attempt: number, run = runId): JobSpec {
  const folder = `/work/${run}/jobs/${attempt}`;
  return {
    token: `${run}-${attempt}`,
    title: 'minGPT',
    folder,
    workdir: `/work/${run}/repo`,
    runFolder: `/work/${run}`,
    argv: ['python', 'train.py', '--max-iters', '20'],
    env: {},
    resources: { cpus: 2, memoryMb: 4000, gpus: 0, nodes: 1, timeLimitSeconds: 600 },
    slurm: {},
    isolation: NO_ISOLATION,
  };
}

export function makeResult(progress: Progress): SampleResult {
  return {
    progress,
    stepsDone: progress.current,
    wallSeconds: 61,
    maxRssBytes: 512_000_000,
    stoppedByClock: false,
    exitCode: 0,
    fullRun: { command: 'python train.py', seconds: 7_200, memoryMb: 600, basis: '20000 steps at 2.8 a second' },
  };
}

const resources = { cpus: 2, memoryMb: 4000, gpus: 0, nodes: 1, timeLimitSeconds: 600 };

export const ended: Extract<Observation, { kind: 'ended' }> = {
  kind: 'ended',
  outcome: 'completed',
  exitCode: 0,
  signal: null,
  evidence: 'exit-record',
  schedulerState: 'COMPLETED',
};

export const running: Observation = { kind: 'active', state: 'running', schedulerState: 'RUNNING' };

/** What a processor brings back for each kind of effect when all is well; a pure function of the state. */
export function makeOutput(state: RunState, kind: string): EffectOutput | null {
  const attempt = (name: string): number => state.steps.find((step) => step.name === name)?.attempt ?? 0;
  switch (kind) {
    case 'clone':
      return {
        kind: 'cloned',
        commit: '37baab71b9abea1b76ab957409a1cc2fbfba8a26',
        committedAt: '2024-08-15T00:00:00Z',
        sizeBytes: 1e6,
        files: 30,
      };
    case 'navigate-repo':
      return { kind: 'mapped', map: makeMap(), documents: [{ path: 'REPO_MAP.md', content: '# Map\n' }] };
    case 'resolve-deps':
      return makeEnvPlanned(state, attempt('resolve-deps'));
    case 'build-env':
      return { kind: 'env-built', packages: { torch: '2.4.0', python: '3.11.2' }, seconds: 12 };
    case 'plan-sample':
      return makeSamplePlanned(state, attempt('sample-run'));
    case 'submit-job': {
      const spec = findLastJob(state)?.spec ?? makeSpec(attempt('sample-run'), state.id);
      return { kind: 'submitted', ref: { token: spec.token, jobId: `job-of-${spec.token}`, folder: spec.folder, submittedAt: 5 } };
    }
    case 'examine-job': {
      const progress = makeProgress({ current: 20, total: 20, fraction: 1, loss: makeLoss([4.1, 2.2]), metrics: { loss: 2.2 } });
      return { kind: 'examined', result: makeResult(progress), failure: null, documents: [{ path: 'SUMMARY.md', content: '# READY\n' }] };
    }
    case 'retry-step':
      return { kind: 'retry-due' };
    default:
      return null;
  }
}

function makeMap() {
  return {
    name: 'karpathy/minGPT',
    about: 'A small GPT.',
    entries: [{ command: 'python projects/adder/adder.py', file: 'projects/adder/adder.py', line: 90, kind: 'train' }],
    entryCount: 6,
    hardware: { class: 'small GPU or CPU', needsGpu: false, reasons: ['few parameters'] },
    frameworks: ['torch'],
    files: { total: 30, python: 12 },
    license: 'MIT',
    missingAssets: [],
    redFlags: [],
  };
}

function makeEnvPlanned(state: RunState, attempt: number): EffectOutput {
  const folder = `/work/${state.id}`;
  const command = { argv: ['{run}/venv/bin/pip', 'install', 'torch'], why: 'torch', readOnly: false, timeoutSeconds: 600 };
  const verify = { argv: ['{run}/venv/bin/python', '-c', 'import torch'], why: 'proof', readOnly: true, timeoutSeconds: 60 };
  const names = ['torch', ...state.adjustment.packages.map((item) => item.name)];
  const packages = names.map((name) => ({ name, imports: [name], specifier: '', how: 'pip' as const, version: null, why: 'imported' }));
  const base = { path: '/usr/bin/python3', version: '3.11.2' };
  const plan = { schemaVersion: 1 as const, site: 'local', strategy: 'venv', basePython: base, python: '{run}/venv/bin/python', packages };
  const action = {
    kind: 'build-environment' as const,
    site: 'local',
    folder,
    commands: [
      [`${folder}/venv/bin/pip`, 'install', ...names],
      [`${folder}/venv/bin/python`, '-c', 'import torch'],
    ],
    files: [{ path: 'constraints.txt', content: `# attempt ${attempt}\n` }],
    sandbox: true,
    readable: [],
  };
  return {
    kind: 'env-planned',
    plan: { ...plan, commands: [command], files: [], verify, env: {}, overrides: [], gaps: [] },
    runFolder: folder,
    question: { title: 'Build the environment on local', action, digest: digestOf(action) },
    documents: [{ path: 'ENV.md', content: '# Environment\n' }],
  };
}

function makeSamplePlanned(state: RunState, attempt: number): EffectOutput {
  const spec = makeSpec(attempt, state.id);
  const adjusted = Object.entries(state.adjustment.arguments).flat();
  const argv = [...spec.argv, ...adjusted];
  const action = { kind: 'submit-job' as const, site: 'local', spec: { ...spec, argv }, command: ['/bin/sh', 'job.sh'], files: [] };
  return {
    kind: 'sample-planned',
    plan: {
      schemaVersion: 1,
      argv,
      command: argv.join(' '),
      cwd: '',
      env: {},
      files: [],
      bounds: [{ argument: '--max-iters', value: '20', fullValue: '20000', why: 'ends the loop early' }],
      expected: { unit: 'step', total: 20 },
      stopsByClock: false,
      resources,
      full: { command: 'python train.py', unit: 'step', total: 20_000 },
      notes: [],
    },
    spec: { ...spec, argv },
    question: { title: 'Run the sample on local', action, digest: digestOf(action) },
  };
}

/** A run in memory that obeys commands; throws where decide() refuses. */
export class Walk {
  readonly events: RunEvent[] = [];
  #now = begun;
  #count = 0;

  get state(): RunState {
    const state = foldEvents(this.events);
    if (state === null) throw new Error('nothing has begun');
    return state;
  }

  static begin(): Walk {
    const walk = new Walk();
    return walk.do(makeRequest());
  }

  do(command: Command): this {
    const decision = decide(foldEvents(this.events), command);
    if (decision.refusal !== undefined) throw new Error(decision.refusal.message);
    this.events.push(...decision.events);
    return this;
  }

  /** Fields that every command has. */
  next(seconds = 60): { id: string; at: number } {
    this.#now += seconds * 1000;
    this.#count += 1;
    return { id: `c${this.#count}`, at: this.#now };
  }

  /** The current effect is done and brings the usual, or what is given. */
  work(output?: EffectOutput): this {
    const effect = listEffects(this.state)[0];
    if (effect === undefined) throw new Error('no work is asked for');
    const brought = output ?? makeOutput(this.state, effect.kind);
    if (brought === null) throw new Error(`${effect.kind} brings nothing`);
    return this.do({ ...this.next(), kind: 'result', effectId: effect.id, output: brought });
  }

  fail(failure: Failure): this {
    const effect = listEffects(this.state)[0];
    return this.do({ ...this.next(), kind: 'fail', effectId: effect?.id ?? '', failure });
  }

  approve(): this {
    return this.do({ ...this.next(), kind: 'approve', by: ada, via: 'button', approvalId: null, digest: null });
  }

  observe(observation: Observation, progress: Progress | null = null): this {
    const token = this.state.jobs.at(-1)?.spec.token ?? '';
    return this.do({ ...this.next(), kind: 'observe', token, observation, progress });
  }

  /** As far as the question about the environment. */
  toFirstQuestion(): this {
    return this.work().work().work();
  }

  /** As far as a job that is watched. */
  toJob(): this {
    return this.toFirstQuestion().approve().work().work().approve().work();
  }

  /** The sample has ended and was examined. */
  toEnd(output?: EffectOutput): this {
    return this.observe(ended).work(output);
  }
}
