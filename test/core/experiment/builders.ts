/** A loop that is walked by hand: commands in, facts and state out, with outputs as processors bring them. */
import { expect } from 'vitest';
import { findPlace, findSubmissionNow } from '../../../src/core/experiment/move.ts';
import type { LoopOrder, LoopOutput } from '../../../src/core/experiment/outputs.ts';
import { Project } from '../../../src/core/experiment/project.ts';
import type {
  Attempt,
  ExperimentAction,
  ExperimentState,
  FileDigest,
  Measured,
  Part,
  StoredReport,
} from '../../../src/core/experiment/schema.ts';
import type { Stage } from '../../../src/core/experiment/stages.ts';
import type { Failure } from '../../../src/core/failure.ts';
import type { Observation } from '../../../src/core/jobs/job.ts';
import type { Command, EffectOutput } from '../../../src/core/run/commands.ts';
import { decide } from '../../../src/core/run/decide.ts';
import type { Decision } from '../../../src/core/run/decision.ts';
import { listEffects } from '../../../src/core/run/effects.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { foldEvents } from '../../../src/core/run/fold.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { digestOf } from '../../../src/runs/digest.ts';
import { begun, makeFailure, research } from '../run/builders.ts';

export const ada = 'UADA0000001';
export const chen = 'UCHEN000003';
export const mallory = 'UMALLORY004';
export const runId = 'rloop234';

/** Two features with two notebooks each, and a meta-model with one target. */
export function makeProject(changes: Readonly<Record<string, unknown>> = {}): Project {
  return Project.parse({
    name: 'small',
    goal: 'Know tomorrow.',
    target: { about: 'the next day', file: 'target.csv', column: 'next' },
    base: 'base.csv',
    data: { files: ['base.csv', 'target.csv'] },
    features: [
      {
        name: 'one',
        most: 3,
        attempts: ['attempts/one/1', { folder: 'attempts/one/2', idea: 'smooth the rate with a long window' }, 'attempts/one/3'],
      },
      { name: 'two', most: 2, attempts: ['attempts/two/1', 'attempts/two/2'] },
    ],
    meta: {
      attempts: ['meta/1'],
      most: 1,
      targets: [{ name: 'direction', metric: 'direction_accuracy', direction: 'above', threshold: 0.56 }],
    },
    noise: { reruns: 0 },
    ...changes,
  });
}

export const TERMS = { account: 'ada', accelerator: 'none', internet: false, minutes: 60, datasets: [`ada/${runId}-data`] } as const;

export function digestsOf(...paths: string[]): FileDigest[] {
  return paths.map((path) => ({ path, sha256: `sha-of-${path}`, bytes: 10 }));
}

const FILES = digestsOf('project.yaml', 'base.csv', 'target.csv');

function makeQuestion(files: readonly FileDigest[], terms: ExperimentAction['terms']) {
  const action: ExperimentAction = {
    kind: 'run-experiment',
    site: 'kaggle',
    project: 'small',
    terms,
    dataScript: null,
    pushes: ['all of it'],
    mostPushes: 9,
    files: [...files],
  };
  return { title: 'Run the experiment small', action, digest: digestOf(action) };
}

const LIMITS = { below: 1.5, above: 0.05 } as const;

/** A measured report: gate 1 and 3 good, gate 2 as told. */
export function makeReport(isGood: boolean, gain = 0.02): StoredReport {
  const check = (value: number, rule: 'below' | 'at most' | 'above' | 'at least', threshold: number, good = true) => ({
    value,
    rule,
    threshold,
    verdict: good ? ('passed' as const) : ('failed' as const),
    why: 'measured',
  });
  return {
    feature: 'one',
    rows: 500,
    dropped: 0,
    gate1: {
      verdict: 'passed',
      checks: {
        overfit_ratio: check(1.1, 'below', LIMITS.below),
        all_nan: check(0, 'at most', 0),
        constant: check(0, 'at most', 0),
        autocorrelation: check(0.5, 'at most', 0.99),
        target_correlation: check(0.2, 'at most', 0.99),
      },
    },
    gate2: {
      verdict: isGood ? 'passed' : 'failed',
      checks: {
        mi_increase: check(isGood ? 0.2 : 0.01, 'above', LIMITS.above, isGood),
        vif: check(2, 'below', 10),
        rolling_corr_std: check(0.1, 'below', 0.15),
      },
    },
    gate3: {
      verdict: 'passed',
      checks: {
        direction_accuracy: check(gain, 'at least', 0.005),
        sharpe: check(0.1, 'at least', 0.05),
        mae: check(-0.02, 'at most', -0.01),
      },
    },
    baselineSha256: 'b'.repeat(64),
    baselinePinned: false,
    errors: { train: 1, test: 1.1 },
    compared: { metric: 'direction_accuracy', baseline: 0.5, extended: 0.5 + gain },
  };
}

export const measured = (isGood: boolean, gain = 0.02): Measured => ({
  report: makeReport(isGood, gain),
  targets: null,
  gain,
  importance: [],
});

export function measuredTarget(value: number): Measured {
  const target = {
    name: 'direction',
    metric: 'direction_accuracy',
    direction: 'above' as const,
    threshold: 0.56,
    value,
    passed: value > 0.56,
    source: 'computed' as const,
  };
  return { report: null, targets: [target], gain: null, importance: [] };
}

export const ended = (outcome: 'completed' | 'failed' | 'cancelled' | 'timeout' = 'completed'): Observation => ({
  kind: 'ended',
  outcome,
  exitCode: null,
  signal: null,
  evidence: 'queue',
  schedulerState: outcome === 'completed' ? 'COMPLETE' : 'ERROR',
});

/** One run, in memory. */
export class LoopWalk {
  readonly events: RunEvent[] = [];
  readonly project: Project;
  /** Milliseconds that each command takes. */
  step = 1000;
  #at = begun;
  #count = 0;
  #known: RunState | null = null;

  constructor(project: Project = makeProject(), assistant = false) {
    this.project = project;
    const repo = { url: '/projects/small', ref: null, subfolder: '' };
    this.send({ kind: 'experiment', runId, by: ada, channel: research, site: 'kaggle', repo, assistant, approvers: [ada, chen] });
  }

  get state(): RunState {
    const state = foldEvents(this.events.slice(this.#known?.version ?? 0), this.#known);
    if (state === null) throw new Error('nothing began');
    this.#known = state;
    return state;
  }

  get exp(): ExperimentState {
    const { experiment } = this.state;
    if (experiment === null) throw new Error('no experiment');
    return experiment;
  }

  get place(): { part: Part; attempt: Attempt } {
    const place = findPlace(this.exp);
    if (place === null) throw new Error('no attempt goes on');
    return place;
  }

  get stage(): Stage {
    return this.place.attempt.stage;
  }

  send(command: Command extends infer C ? (C extends Command ? Omit<C, 'id' | 'at'> : never) : never): Decision {
    this.#count += 1;
    this.#at += this.step;
    const decision = decide(this.events.length === 0 ? null : this.state, { ...command, id: `c${this.#count}`, at: this.#at });
    this.events.push(...(decision.events ?? []));
    return decision;
  }

  /** The one thing that is asked for now. */
  get effect(): string {
    const [effect, ...more] = listEffects(this.state);
    expect(more).toEqual([]);
    return effect?.kind ?? 'nothing';
  }

  bring(output: LoopOutput): Decision {
    const [effect] = listEffects(this.state);
    return this.send({ kind: 'result', effectId: effect?.id ?? 'none', output: output as EffectOutput });
  }

  fail(failure: Partial<Failure> = {}): Decision {
    const [effect] = listEffects(this.state);
    return this.send({ kind: 'fail', effectId: effect?.id ?? 'none', failure: makeFailure(failure) });
  }

  order(order: LoopOrder, by = ada): Decision {
    return this.send({ kind: 'loop-order', by, order });
  }

  approve(): Decision {
    return this.send({ kind: 'approve', by: ada, via: 'button', approvalId: null, digest: null });
  }

  /** The project is read; every notebook that it names lies in it. */
  open(changes: Partial<Extract<LoopOutput, { kind: 'loop-opened' }>> = {}): Decision {
    const folders = [...this.project.features.flatMap(({ attempts }) => attempts), ...(this.project.meta?.attempts ?? [])];
    const files = [...FILES, ...digestsOf(...folders.map(({ folder }) => `${folder}/model.py`))];
    return this.bring({
      kind: 'loop-opened',
      project: this.project,
      rulesSha256: 'rules',
      commit: 'c0ffee1',
      files,
      terms: { ...TERMS, datasets: [...TERMS.datasets] },
      quota: { accelerator: 'none', leftSeconds: null, totalSeconds: null, refreshAt: null },
      question: makeQuestion(files, { ...TERMS, datasets: [...TERMS.datasets] }),
      documents: [],
      ...changes,
    });
  }

  begin(): this {
    this.open();
    this.approve();
    return this;
  }

  data(verdict: 'PASS' | 'CONDITIONAL' | 'REJECT' = 'PASS'): Decision {
    if (this.stage === 'builder_data') this.bring({ kind: 'loop-data-built', files: FILES.slice(1), seconds: 1 });
    const source = 'base.csv:sha-of-base.csv target.csv:sha-of-target.csv';
    return this.bring({
      kind: 'loop-data-checked',
      data: { verdict, findings: ['base.csv: a gap'], files: FILES.slice(1), source },
      documents: [],
    });
  }

  check(errors: string[] = [], files?: FileDigest[]): Decision {
    const { part, attempt } = this.place;
    const list =
      part.kind === 'meta' ? this.project.meta?.attempts : this.project.features.find(({ name }) => name === part.name)?.attempts;
    const own = digestsOf('project.yaml', `${list?.[attempt.number - 1]?.folder ?? 'nowhere'}/model.py`);
    const question = makeQuestion(files ?? own, { ...TERMS, datasets: [...TERMS.datasets] });
    return this.bring({
      kind: 'loop-notebook-checked',
      passed: errors.length === 0,
      errors,
      warnings: 0,
      files: files ?? own,
      question,
      documents: [],
    });
  }

  push(): Decision {
    const token = findSubmissionNow(this.place.attempt)?.token ?? '';
    const versionNumber = this.place.attempt.submissions.length;
    return this.bring({
      kind: 'loop-submitted',
      kernel: {
        token,
        id: { owner: 'ada', slug: 'one-1' },
        versionNumber,
        kernelId: 7,
        url: 'https://www.kaggle.com/code/ada/one-1',
        pushedAt: this.#at,
        missingInputs: [],
      },
    });
  }

  look(observation: Observation): Decision {
    const token = findSubmissionNow(this.place.attempt)?.token ?? '';
    return this.send({ kind: 'observe-loop', looks: [{ token, observation, progress: null }] });
  }

  fetch(failure: Failure | null = null): Decision {
    return this.bring({ kind: 'loop-fetched', files: [{ name: 'sub.csv', bytes: 10 }], skipped: 0, failure, documents: [] });
  }

  judge(result: Measured): Decision {
    return this.bring({ kind: 'loop-judged', measured: result, value: result.gain, looks: [], documents: [] });
  }

  /** From wherever an attempt stands to what its run left. */
  run(outcome: 'completed' | 'failed' | 'cancelled' | 'timeout' = 'completed'): this {
    if (this.stage === 'builder_data' || this.stage === 'datachecker') this.data();
    if (this.stage === 'check_notebook') this.check();
    if (this.stage === 'submit') this.push();
    if (this.stage === 'watch') this.look(ended(outcome));
    return this;
  }

  /** A whole attempt with these numbers. */
  attempt(result: Measured): this {
    this.run().fetch();
    this.judge(result);
    return this;
  }
}
