/** What the agent of a stage finds before it: the same for whoever takes over. Pure. */
import type { FailedIdea } from '../../gates/earlier-ideas.ts';
import type { Design } from '../hand-over/design.ts';
import type { MeasuredCheck } from '../hand-over/improvement-plan.ts';
import { HandOver, type AgentStage, type HandOverOf } from '../hand-over/index.ts';
import type { Bounds } from '../hand-over/parts.ts';
import type { Requirements } from '../hand-over/requirements.ts';
import type { Research } from '../hand-over/research.ts';
import type { Probe } from '../probes/schema.ts';
import { META, type Project } from '../project.ts';
import type { Attempt, Part, SentBack } from '../schema.ts';

/** Trials of one search at most: more of them fit the validation rows, not the target. */
const MOST_TRIALS = 50;

export interface AgentInput {
  readonly project: Project;
  readonly stage: AgentStage;
  readonly part: Part;
  readonly attempt: Attempt;
  /** Why the stage has to do it again; null the first time. */
  readonly sentBack: SentBack | null;
  /** All parts with their attempts and what they measured. */
  readonly parts: readonly Part[];
  /** Data sets that a kernel finds, as owner/slug. */
  readonly datasets: readonly string[];
  /** Ideas that were judged and failed. */
  readonly failed: readonly FailedIdea[];
}

/** What stages before have handed over, the newest of each. */
export interface Before {
  readonly requirements: Requirements | null;
  readonly research: Research | null;
  /** Whether an architect has spoken to that research. */
  readonly checked: boolean;
  readonly design: Design | null;
  readonly dataBuild: HandOverOf<'builder_data'> | null;
  readonly modelBuild: HandOverOf<'builder_model'> | null;
  readonly plan: HandOverOf<'evaluator'> | null;
  /** Probes that a fact-check has refuted. */
  readonly refuted: readonly Probe[];
}

/** Reads what was handed over; a hand-over that a project brought itself has another form and is passed over. */
export function readBefore({ part, parts }: Pick<AgentInput, 'part' | 'parts'>): Before {
  const mine = readHandOvers(part);
  const everywhere = [...parts.filter((other) => other.name !== part.name).flatMap(readHandOvers), ...mine];
  const architectures = mine.flatMap((one) => (one.stage === 'architect' ? [one.content] : []));
  const checked = architectures.flatMap(({ factCheck }) => factCheck?.claims ?? []);
  return {
    requirements: everywhere.findLast(isOf('entrance'))?.content ?? null,
    research: mine.findLast(isOf('researcher'))?.content ?? null,
    checked: mine.findLastIndex(({ stage }) => stage === 'architect') > mine.findLastIndex(({ stage }) => stage === 'researcher'),
    design: architectures.findLast(({ design }) => design !== null)?.design ?? null,
    dataBuild: mine.findLast(isOf('builder_data'))?.content ?? everywhere.findLast(isOf('builder_data'))?.content ?? null,
    modelBuild: mine.findLast(isOf('builder_model'))?.content ?? null,
    plan: mine.findLast(isOf('evaluator'))?.content ?? null,
    refuted: checked.flatMap(({ probed }) => probed.flatMap(({ probe, answer }) => (answer.as === 'fails' ? [probe] : []))),
  };
}

function readHandOvers(part: Pick<Part, 'attempts'>): HandOver[] {
  return part.attempts
    .flatMap((attempt) => attempt.handedOver)
    .flatMap(({ stage, value }) => HandOver.safeParse({ stage, content: value }).data ?? []);
}

function isOf<S extends AgentStage>(stage: S): (one: HandOver) => one is Extract<HandOver, { stage: S }> {
  return (one): one is Extract<HandOver, { stage: S }> => one.stage === stage;
}

/** What the project fixed and what stages before have settled. */
export function readBounds({ project, part }: Pick<AgentInput, 'project' | 'part'>, before: Before): Bounds {
  const { outputs, kaggle, data } = project;
  return {
    part: part.name,
    features: project.features.map(({ name }) => name),
    horizon: before.requirements?.target.horizon ?? 1,
    testFrom: data.check.split ?? null,
    data: data.files,
    outputs: part.name === META ? [outputs.predictions] : Object.values(outputs),
    mostTrials: MOST_TRIALS,
    minutes: kaggle.minutes,
  };
}

/** The numbers of the newest judged attempt of a part, as they were computed. */
export function listMeasured(part: Pick<Part, 'attempts'>): MeasuredCheck[] {
  const measured = part.attempts.findLast((attempt) => attempt.measured !== null)?.measured;
  if (measured === undefined || measured === null) return [];
  const { report, targets } = measured;
  const gates = report === null ? [] : [report.gate1, report.gate2, report.gate3];
  return [
    ...gates.flatMap(({ checks }) =>
      Object.entries(checks).map(([id, { value, verdict }]) => ({ id, value, passed: verdict === 'passed' })),
    ),
    ...(targets ?? []).map(({ name, value, passed }) => ({ id: name, value, passed })),
  ];
}

/** What an attempt tried: the idea that it began with, or the change or hypothesis of its own agents; null where nobody said. */
export function readIdea(attempt: Attempt): string | null {
  const own = readHandOvers({ attempts: [attempt] });
  const plan = own.findLast(isOf('evaluator'))?.content.change.what;
  return attempt.idea ?? plan ?? own.findLast(isOf('architect'))?.content.design?.hypothesis ?? null;
}
