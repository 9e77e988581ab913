/** From what an agent hands over to what the journal keeps: parsed, checked, and completed with what code found out. Pure. */
import { z } from 'zod';
import type { Verdict } from '../../notebook/run-checks.ts';
import { checkArchitecture } from '../hand-over/architecture.ts';
import { checkDataBuild } from '../hand-over/data-build.ts';
import { describeRefuted, listProbes, settleFactCheck } from '../hand-over/fact-check.ts';
import { checkImprovementPlan, type PlanGround } from '../hand-over/improvement-plan.ts';
import { DRAFTS, type AgentStage, type HandOver } from '../hand-over/index.ts';
import { checkModelBuild } from '../hand-over/model-build.ts';
import { describeFaults, type Bounds, type Fault } from '../hand-over/parts.ts';
import { checkProse } from '../hand-over/prose.ts';
import { checkRequirements } from '../hand-over/requirements.ts';
import { checkResearch, type ReadGround } from '../hand-over/research.ts';
import type { Probe, ProbeAnswer } from '../probes/schema.ts';
import type { Before } from './input.ts';

/** What an agent said, in the form of its stage. */
export type Draft = { [S in AgentStage]: { readonly stage: S; readonly content: z.infer<(typeof DRAFTS)[S]> } }[AgentStage];

/** What a draft is held against. */
export interface AcceptGround {
  readonly bounds: Bounds;
  readonly before: Before;
  readonly read: ReadGround;
  readonly measured: PlanGround;
}

/** What only the machine could find out. */
export interface FoundOut {
  readonly answer: (probe: Probe) => ProbeAnswer;
  /** What the checks say of the code in it; null where it holds none. */
  readonly verdict: Verdict | null;
}

export type Accepted = { readonly ok: true; readonly handOver: HandOver } | { readonly ok: false; readonly why: string };

/** Reads what the model said, or says what does not fit the form. */
export function readDraft(stage: AgentStage, input: unknown): Draft | { readonly error: z.ZodError } {
  const parsed = DRAFTS[stage].safeParse(input);
  return parsed.success ? ({ stage, content: parsed.data } as Draft) : { error: parsed.error };
}

/** The probes that have to be answered before a draft can be settled. */
export function listDraftProbes(draft: Draft, { research, checked }: Before): Probe[] {
  if (draft.stage !== 'architect' || research === null || checked) return [];
  const { factCheck } = draft.content;
  return factCheck === null ? [] : research.claims.flatMap((claim) => listProbes(claim, factCheck));
}

/** The hand-over, or everything that keeps it from being one. */
export function settleDraft(draft: Draft, ground: AcceptGround, found: FoundOut): Accepted {
  const faults = checkDraft(draft, ground, found.verdict);
  const handOver = completeDraft(draft, ground.before, found);
  const all = [...faults, ...checkProse(handOver), ...(faults.length > 0 ? [] : checkGoingBack(handOver))];
  return all.length === 0 ? { ok: true, handOver } : { ok: false, why: describeFaults(all) };
}

function checkDraft(draft: Draft, ground: AcceptGround, verdict: Verdict | null): Fault[] {
  const { bounds, before } = ground;
  const checked = verdict ?? { passed: true, errors: [], warnings: [] };
  switch (draft.stage) {
    case 'entrance':
      return checkRequirements(draft.content, bounds);
    case 'researcher':
      return checkResearch(draft.content, ground.read, before.refuted);
    case 'architect':
      return checkArchitecture(draft.content, before.checked ? null : before.research, bounds);
    case 'builder_data':
      return checkDataBuild(draft.content, checked, before.design, bounds);
    case 'builder_model':
      return checkModelBuild(draft.content, checked, before.design, bounds);
    case 'evaluator':
      return checkImprovementPlan(draft.content, ground.measured);
  }
}

function completeDraft(draft: Draft, { research, checked }: Before, found: FoundOut): HandOver {
  if (draft.stage !== 'architect') return draft;
  const { factCheck, design } = draft.content;
  const settled = factCheck === null || research === null || checked ? null : settleFactCheck(factCheck, research, found.answer);
  // What is built on a refuted claim is not built.
  const isRefuted = settled !== null && describeRefuted(settled) !== null;
  return { stage: 'architect', content: { factCheck: settled, design: isRefuted ? null : design } };
}

/** Without a design something has to be refuted. */
function checkGoingBack(handOver: HandOver): Fault[] {
  if (handOver.stage !== 'architect' || handOver.content.design !== null) return [];
  const { factCheck } = handOver.content;
  if (factCheck !== null && describeRefuted(factCheck) !== null) return [];
  return [{ at: 'design', message: 'no claim is refuted by a probe, so the research does not go back: hand over a design' }];
}
