/** When an agent works on a stage of a loop, and what the end of its session is to the loop. Pure. */
import { DEFAULT_LIMITS } from '../../agent-session/limits.ts';
import type { AgentPlace, FactOf, Tier } from '../../agent-session/schema.ts';
import type { FailedIdea } from '../../gates/earlier-ideas.ts';
import { describeRefuted } from '../hand-over/fact-check.ts';
import { nameSkill, type AgentStage, type HandOver } from '../hand-over/index.ts';
import type { Attempt, ExperimentState, HandedOver, Part } from '../schema.ts';
import { isInventing } from '../stages.ts';
import { readBefore, type AgentInput } from './input.ts';
import { describeTask } from './task.ts';

/** Which model begins; the skills say the same. One that comes back a second time is done by the strong one. */
export const TIERS: Readonly<Record<AgentStage, Tier>> = {
  entrance: 'strong',
  researcher: 'fast',
  architect: 'strong',
  builder_data: 'fast',
  builder_model: 'fast',
  evaluator: 'strong',
};

/** Where an agent is wanted: a part and the attempt of it that goes on. */
export interface AgentSpot {
  readonly exp: ExperimentState;
  readonly part: Part;
  readonly attempt: Attempt;
}

/** The stage that an agent works on next; null where none does. Before a new design the failed attempt is explained. */
export function chooseAgentStage({ part, attempt }: AgentSpot): AgentStage | null {
  const { stage } = attempt;
  if (!isInventing(stage)) return null;
  return stage === 'architect' && wantsPlan(part, attempt) ? 'evaluator' : stage;
}

/** Whether the attempt before was measured and nobody has said yet what to learn from it. */
function wantsPlan(part: Part, attempt: Attempt): boolean {
  const last = part.attempts.findLast((item) => item.number < attempt.number && item.measured !== null);
  return last !== undefined && !attempt.handedOver.some(({ stage }) => stage === 'evaluator');
}

/** What a stage has to hand over is there from before: the requirements of the project, the research about the feature. */
export function isSettled({ exp, part }: Pick<AgentSpot, 'exp' | 'part'>, stage: AgentStage): boolean {
  const { requirements, research } = readBefore({ part, parts: exp.parts });
  return stage === 'entrance' ? requirements !== null : stage === 'researcher' && research !== null;
}

/** All that the agent of a place is given; null when the loop is no longer there. */
export function readAgentInput(exp: ExperimentState, place: AgentPlace, failed: readonly FailedIdea[]): AgentInput | null {
  const part = exp.parts.find(({ name }) => name === place.part);
  const attempt = part?.attempts.find(({ number }) => number === place.attempt);
  if (exp.project === null || part === undefined || attempt === undefined) return null;
  const sentBack = attempt.sentBack.at(-1) ?? null;
  return {
    project: exp.project,
    stage: place.stage,
    part,
    attempt,
    sentBack: sentBack?.to === place.stage ? sentBack : null,
    parts: exp.parts,
    datasets: exp.terms?.datasets ?? [],
    failed,
  };
}

/** The fact that begins a session on this stage. */
export function startAgent(spot: AgentSpot, stage: AgentStage, failed: readonly FailedIdea[]): FactOf<'started'> | null {
  const { exp, part, attempt } = spot;
  const place: AgentPlace = { part: part.name, attempt: attempt.number, stage };
  const input = readAgentInput(exp, place, failed);
  if (input === null) return null;
  const returns = attempt.sentBack.filter(({ to }) => to === stage).length;
  const tier = returns > 1 ? 'strong' : TIERS[stage];
  return {
    kind: 'started',
    skill: nameSkill(stage),
    tier,
    task: describeTask(input, readBefore(input)),
    limits: DEFAULT_LIMITS,
    handsOver: true,
    place,
  };
}

/** What the end of a session is to the loop. */
export type AgentEnd =
  /** `refuted`: the claims that send it back to the researcher; null when it goes on. */
  | { readonly kind: 'handed-over'; readonly handOver: HandOver; readonly refuted: string | null }
  /** Nobody handed anything over: a person has to look. */
  | { readonly kind: 'nothing'; readonly why: string };

/** Reads the end of a session. A session that ended without a hand-over has done nothing, whatever it says. */
export function readAgentEnd(fact: FactOf<'ended'>, place: AgentPlace): AgentEnd {
  const { handOver } = fact;
  if (fact.as !== 'handed-over' || handOver === undefined || handOver.stage !== place.stage) {
    return { kind: 'nothing', why: fact.report.trim() === '' ? 'It ended without a word.' : fact.report };
  }
  const factCheck = handOver.stage === 'architect' ? handOver.content.factCheck : null;
  return { kind: 'handed-over', handOver, refuted: factCheck === null ? null : describeRefuted(factCheck) };
}

/** The hand-over as an attempt keeps it. */
export function keepHandOver(handOver: HandOver, files: readonly string[]): HandedOver {
  return { stage: handOver.stage, summary: summarize(handOver), value: handOver.content, files: [...files] };
}

/** What the people in the thread read of it. */
export function summarize(handOver: HandOver): string {
  if (handOver.stage !== 'architect') return handOver.content.summary;
  const { factCheck, design } = handOver.content;
  return [factCheck?.summary, design?.summary].filter((part) => part !== undefined).join('\n');
}
