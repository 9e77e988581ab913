/** What agents of an experiment hand to each other: one schema a stage. */
import { z } from 'zod';
import { Architecture, ArchitectureDraft } from './architecture.ts';
import { DataBuild } from './data-build.ts';
import { ImprovementPlan } from './improvement-plan.ts';
import { ModelBuild } from './model-build.ts';
import { Requirements } from './requirements.ts';
import { Research } from './research.ts';

/** As it stands in the journal: checked, and with what code found out where it depends on that. */
export const HandOver = z.discriminatedUnion('stage', [
  z.object({ stage: z.literal('entrance'), content: Requirements }),
  z.object({ stage: z.literal('researcher'), content: Research }),
  z.object({ stage: z.literal('architect'), content: Architecture }),
  z.object({ stage: z.literal('builder_data'), content: DataBuild }),
  z.object({ stage: z.literal('builder_model'), content: ModelBuild }),
  z.object({ stage: z.literal('evaluator'), content: ImprovementPlan }),
]);
export type HandOver = z.infer<typeof HandOver>;
/** The stages that an agent works on. */
export const AgentStage = z.enum(['entrance', 'researcher', 'architect', 'builder_data', 'builder_model', 'evaluator']);
export type AgentStage = z.infer<typeof AgentStage>;
export type HandOverOf<S extends AgentStage> = Extract<HandOver, { stage: S }>['content'];

/** What the agent of a stage says; code checks it and adds what it finds. */
export const DRAFTS = {
  entrance: Requirements,
  researcher: Research,
  architect: ArchitectureDraft,
  builder_data: DataBuild,
  builder_model: ModelBuild,
  evaluator: ImprovementPlan,
} as const satisfies Record<AgentStage, z.ZodType>;

/** Names of Agent Skills take hyphens and no underscores, stages are called as the commits and the issue call them: this is the one place that
 *  turns one into the other. */
export function nameSkill(stage: AgentStage): string {
  return stage.replaceAll('_', '-');
}
