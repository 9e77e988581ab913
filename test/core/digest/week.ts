/** A week of two projects, told by commands that a run obeys; the clock is the caller's. */
import type { Entry } from '../../../src/core/diary/entry.ts';
import { tellProject } from '../../../src/core/diary/tell-project.ts';
import { tellRun } from '../../../src/core/diary/tell.ts';
import type { ProjectEvent } from '../../../src/core/project/events.ts';
import type { EffectOutput } from '../../../src/core/run/commands.ts';
import { listEffects } from '../../../src/core/run/effects.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { foldEvents } from '../../../src/core/run/fold.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import {
  ada,
  begun,
  makeFailure,
  makeLoss,
  makeOutput,
  makeProgress,
  makeRequest,
  makeResult,
  running,
  ended,
  Walk,
} from '../run/builders.ts';

const HOUR = 3_600_000;
const ben = 'UBEN0000002';

type NewEvent = ProjectEvent extends infer E ? (E extends ProjectEvent ? Omit<E, 'v' | 'id'> : never) : never;

/** Journals of a lab: of its runs, and of its projects. */
export class Lab {
  readonly runs = new Map<string, { channel: string; walk: Walk }>();
  readonly projects = new Map<string, ProjectEvent[]>();

  /** Begins a run; `at` in hours after the Monday's 09:00 UTC. */
  begin(runId: string, channel: string, hours: number, by = ada): Walk {
    const walk = new Walk();
    waitUntil(walk, hours);
    const repo = { url: `https://github.com/lab/${runId.slice(1).replace(/\d$/, '')}`, ref: null, subfolder: '' };
    walk.do({ ...makeRequest(`slash:${runId}`, walk.next(0).at), runId, channel, by, repo });
    walk.do({ ...walk.next(1), kind: 'open-thread', channel, ts: `17676${this.runs.size}0000.000100` });
    this.runs.set(runId, { channel, walk });
    return walk;
  }

  tell(project: string, hours: number, event: NewEvent extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never): void {
    const at = begun + hours * HOUR;
    this.append(project, { v: 1, at, id: `e${hours}`, ...event });
  }

  append(project: string, event: ProjectEvent): void {
    const known = this.projects.get(project) ?? [];
    this.projects.set(
      project,
      [...known, event].sort((a, b) => a.at - b.at),
    );
  }

  eventsOf(project: string, before: number): ProjectEvent[] {
    return (this.projects.get(project) ?? []).filter((event) => event.at < before);
  }

  /** As createDiary tells it. */
  entriesOf(project: string, from: number, to: number): Entry[] {
    const runs = [...this.runs.values()].filter(({ channel }) => channel === project);
    const all = [...runs.flatMap(({ walk }) => tellRun(walk.events)), ...tellProject(project, this.projects.get(project) ?? [])];
    return all.filter(({ at }) => at >= from && at < to).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  /** The runs of a project as they stood then. */
  statesOf(project: string, before: number): RunState[] {
    return [...this.runs.values()]
      .filter(({ channel }) => channel === project)
      .flatMap(({ walk }) => foldEvents(walk.events.filter(({ at }) => at < before)) ?? []);
  }

  runEvents(project: string): { runId: string; events: readonly RunEvent[] }[] {
    return [...this.runs].filter(([, { channel }]) => channel === project).map(([runId, { walk }]) => ({ runId, events: walk.events }));
  }
}

/** Moves the clock of a run on to so many hours after the Monday's 09:00 UTC. */
function waitUntil(walk: Walk, hours: number): void {
  walk.next((begun + hours * HOUR - walk.next(0).at) / 1000);
}

const day = 24;

/** Gold: a first success, an out-of-memory that was mended, a job over night. Silver: one repository that does not want to, and a quiet end. */
export function simulateWeek(gold = 'CGOLD', silver = 'CSILVER'): Lab {
  const lab = new Lab();
  tellGold(lab, gold);
  tellSilver(lab, silver);
  return lab;
}

function tellGold(lab: Lab, channel: string): void {
  lab.tell(channel, 0.5, { type: 'budget.set', by: ada, kind: 'dollars', amount: 5, span: 'week' });
  lab.begin('rmingpt', channel, 1).toJob().observe(running).toEnd();
  const nano = lab.begin('rnanogpt', channel, 1 * day + 4, ben).toFirstQuestion();
  lab.tell(channel, 1 * day + 2, {
    type: 'note.added',
    by: ben,
    text: 'try cosine decay',
    channel,
    ts: '1767700000.000200',
    via: 'reaction',
  });
  waitUntil(nano, 2 * day);
  nano.approve().work().work().approve().work().observe(running);
  nano.observe({
    ...ended,
    outcome: 'out-of-memory',
    exitCode: 1,
    startedAt: begun + 2 * day * HOUR,
    endedAt: begun + (2 * day + 2) * HOUR,
  });
  nano.fail(makeFailure());
  lab.tell(channel, 2 * day + 3, {
    type: 'model.asked',
    by: ada,
    what: 'question',
    model: 'claude-haiku-5-5',
    usage: { input: 41_000, output: 900, cacheRead: 0, cacheWrite: 0 },
    dollars: 1.25,
  });
  nano.work().approve().work();
  waitUntil(nano, 2 * day + 6);
  const eta = { low: 30_000, likely: 36_000, high: 44_000 };
  const active = {
    kind: 'active' as const,
    state: 'running' as const,
    schedulerState: 'RUNNING',
    startedAt: begun + (2 * day + 5) * HOUR,
    limitAt: begun + 4 * day * HOUR,
  };
  nano.observe(active, makeProgress({ current: 400, total: 5_000, fraction: 0.08, eta, loss: makeLoss([4, 3.1]) }));
  waitUntil(nano, 3 * day + 1);
  const good = makeProgress({
    current: 5_000,
    total: 5_000,
    fraction: 1,
    loss: makeLoss([4, 1.9]),
    metrics: { loss: 1.9, val_acc: 0.871 },
  });
  nano.observe(ended).work({ kind: 'examined', result: makeResult(good), failure: null, documents: [] });
  const again = lab
    .begin('rnanogpt2', channel, 4 * day + 1, ben)
    .toFirstQuestion()
    .approve()
    .work();
  again.work(planOnGpus(again)).approve().work().observe(running);
  waitUntil(again, 4 * day + 3);
  const better = makeProgress({
    current: 5_000,
    total: 5_000,
    fraction: 1,
    loss: makeLoss([4, 1.7]),
    metrics: { loss: 1.7, val_acc: 0.893 },
  });
  again.observe({ ...ended, startedAt: begun + (4 * day + 1.5) * HOUR, endedAt: begun + (4 * day + 3) * HOUR });
  again.work({ kind: 'examined', result: makeResult(better), failure: null, documents: [] });
  lab.begin('rlate', channel, 6 * day + 3).toFirstQuestion();
}

function tellSilver(lab: Lab, channel: string): void {
  const stuck = lab
    .begin('rstuck', channel, 2)
    .toJob()
    .observe(running)
    .observe({ ...ended, exitCode: 1, outcome: 'failed' });
  const missing = makeFailure({
    class: 'missing_module',
    title: 'A module is missing: apex',
    route: 'ask',
    remedy: null,
    evidence: { text: "No module named 'apex'", line: 12 },
  });
  stuck.fail(missing);
  const logins = lab.begin('rlogin', channel, 1 * day + 2);
  const effectId = listEffects(logins.state)[0]?.id ?? '';
  logins.do({ ...logins.next(), kind: 'delay', effectId, why: 'the cluster wants a login', until: 0, needs: 'login' });
  waitUntil(logins, 3 * day);
  logins.do({ ...logins.next(), kind: 'cancel', by: ada, reason: 'not worth it' });
}

/** The plan of a sample on two GPUs. */
function planOnGpus(walk: Walk): EffectOutput {
  const output = makeOutput(walk.state, 'plan-sample');
  if (output?.kind !== 'sample-planned') throw new Error('no plan');
  return { ...output, spec: { ...output.spec, resources: { ...output.spec.resources, gpus: 2 } } };
}
