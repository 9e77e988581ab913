import { z } from 'zod';
import { Remedy } from '../failure.ts';

/** How hard a piece of work is: which model does it is a matter of the settings. */
export const Tier = z.enum(['fast', 'strong']);
export type Tier = z.infer<typeof Tier>;

/** A part of what the model said. Thoughts belong to the model that had them and are shown to no other. */
export const SaidBlock = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()) }),
]);
export type SaidBlock = z.infer<typeof SaidBlock>;

/** Tokens of one call, as billed: `input` holds neither what was read from the cache nor what was written to it. */
export const Usage = z.object({
  input: z.number().int(),
  cacheRead: z.number().int(),
  cacheWrite: z.number().int(),
  output: z.number().int(),
});
export type Usage = z.infer<typeof Usage>;

/** What a session may use before it asks whether it should go on. */
export const Limits = z.object({
  turns: z.number().int(),
  toolCalls: z.number().int(),
  tokens: z.number().int(),
  dollars: z.number(),
  /** Time in which it worked, not time in which it waited. */
  seconds: z.number(),
  /** Times that one call in a row may have the same answer. */
  repeats: z.number().int().default(5),
});
export type Limits = z.infer<typeof Limits>;

/** A change that the agent proposes after a failure; a person sees it before it is tried. */
export const Proposal = z.object({
  change: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('remedy'), remedy: Remedy }),
    /** A unified diff against the repository as it was cloned, with the changes approved before. */
    z.object({ kind: z.literal('diff'), diff: z.string().max(60_000) }),
  ]),
  /** At most three lines of the model, and our marks. */
  reasoning: z.string().max(6000),
});
export type Proposal = z.infer<typeof Proposal>;

/** Something that happened in a session. Each is in the journal before the next begins. */
export const AgentFact = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('started'),
    skill: z.string(),
    /** Null: the skill names its own. */
    tier: Tier.nullable(),
    task: z.string(),
    limits: Limits,
    /** Who asked for it; absent where the run called it. */
    by: z.string().optional(),
    /** Whether the run goes on meanwhile, whatever comes of it. */
    aside: z.boolean().optional(),
    /** Whether it must end with a change or a report, handed over by a tool; mere words are no end. */
    handsOver: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('turned'),
    /** 0-based. */
    turn: z.number().int(),
    /** How many messages of people were part of the question. */
    heard: z.number().int(),
    model: z.string(),
    content: z.array(SaidBlock),
    stopReason: z.string(),
    usage: Usage,
    dollars: z.number(),
    seconds: z.number(),
  }),
  /** `because`: what allowed it where no question was asked for it. */
  z.object({ kind: z.literal('tool-began'), call: z.string(), name: z.string(), because: z.string().optional() }),
  z.object({
    kind: z.literal('tool-ended'),
    call: z.string(),
    text: z.string(),
    failed: z.boolean(),
    /** The call did not fit its tool. */
    malformed: z.boolean().optional(),
    seconds: z.number(),
  }),
  /** A tool call that only a person can answer. */
  z.object({ kind: z.literal('asked'), call: z.string(), question: z.string() }),
  /** A tool call that needs a person's approval, by the number of the question. */
  z.object({ kind: z.literal('held'), call: z.string(), approval: z.number().int() }),
  z.object({ kind: z.literal('allowed'), call: z.string() }),
  /** Allowed in other words, which the question holds. */
  z.object({ kind: z.literal('edited'), call: z.string() }),
  z.object({ kind: z.literal('denied'), call: z.string(), by: z.string(), reason: z.string() }),
  z.object({ kind: z.literal('told'), by: z.string(), text: z.string(), ts: z.string().nullable() }),
  z.object({ kind: z.literal('reached-limit'), limit: z.enum(['turns', 'toolCalls', 'tokens', 'dollars', 'seconds', 'repeats']) }),
  z.object({ kind: z.literal('extended'), by: z.string(), limits: Limits }),
  z.object({ kind: z.literal('compacted'), before: z.number().int(), summary: z.string() }),
  /** Nothing moves for now, although nobody is asked. */
  z.object({ kind: z.literal('delayed'), why: z.string() }),
  /** From here on the strong model works on it. */
  z.object({ kind: z.literal('escalated'), tier: Tier, why: z.string() }),
  z.object({
    kind: z.literal('ended'),
    as: z.enum(['proposed', 'answered', 'gave-up', 'stopped']),
    report: z.string(),
    proposal: Proposal.nullable(),
  }),
  /** A person put the change of a session aside into the plan. */
  z.object({ kind: z.literal('adopted'), by: z.string() }),
]);
export type AgentFact = z.infer<typeof AgentFact>;
export type FactOf<K extends AgentFact['kind']> = Extract<AgentFact, { kind: K }>;

const Turn = z.object({
  model: z.string(),
  content: z.array(SaidBlock),
  stopReason: z.string(),
  heard: z.number().int(),
  /** Tokens of the question. */
  prompt: z.number().int(),
  at: z.number(),
});
const Call = z.object({
  id: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  turn: z.number().int(),
  /** `asked` waits for an answer, `held` for an approval; `edited` was changed by a person and is not judged yet; `begun` was started by a
   *  worker that perhaps died. */
  status: z.enum(['open', 'asked', 'held', 'edited', 'allowed', 'begun', 'done']),
  /** The question whose approval it needed. */
  approval: z.number().int().nullable(),
  because: z.string().optional(),
  result: z.object({ text: z.string(), failed: z.boolean(), malformed: z.boolean().optional() }).nullable(),
});
export type Call = z.infer<typeof Call>;

/** One piece of work of the agent within a run. */
export const AgentSession = z.object({
  id: z.string(),
  skill: z.string(),
  /** Null: the one that the skill names. */
  tier: Tier.nullable(),
  task: z.string(),
  limits: Limits,
  /** Who asked for it; null where the run called it. */
  by: z.string().nullable().default(null),
  aside: z.boolean().default(false),
  handsOver: z.boolean().default(false),
  startedAt: z.number().default(0),
  /** Before which turn, counted from 0, the strong model took over, and why. */
  escalations: z.array(z.object({ turn: z.number().int(), why: z.string() })).default([]),
  status: z.enum(['working', 'waiting', 'ended']),
  /** Counts how often work began anew after waiting; part of the effect's id. */
  round: z.number().int(),
  turns: z.array(Turn),
  calls: z.array(Call),
  /** What people said meanwhile. */
  heard: z.array(z.object({ by: z.string(), text: z.string() })),
  /** Where the conversation as the model sees it begins, what stands for the part before, and after how many turns that was decided. */
  compacted: z.object({ before: z.number().int(), summary: z.string(), decidedAt: z.number().int() }).nullable(),
  spent: z.object({ usage: Usage, dollars: z.number(), seconds: z.number() }),
  waitsFor: z.string().nullable(),
  /** Why nothing moves although nobody is asked; until its next move. */
  delay: z.string().nullable().default(null),
  end: z.object({ as: z.string(), report: z.string(), proposal: Proposal.nullable(), adoptedBy: z.string().optional() }).nullable(),
});
export type AgentSession = z.infer<typeof AgentSession>;
