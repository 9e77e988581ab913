/** Tools whose use is a matter of the run and its people, not of the machine: the worker turns each into facts of the session. */
import { z } from 'zod';
import { Proposal } from '../core/agent-session/schema.ts';
import { Remedy } from '../core/failure.ts';

export const RunCommand = z.object({
  command: z.string().min(1).max(4000).describe('one bash command line'),
  why: z.string().min(1).max(300).describe('for the person who may have to approve it'),
});

export const AskPerson = z.object({ question: z.string().min(3).max(1500) });

const reasoning = z.string().min(3).max(900).describe('at most three lines: what failed, why this mends it, what else could happen');

export const ProposeFix = z.object({
  remedy: Remedy.describe('a change of packages, of one argument, of one environment variable, or of the resources'),
  reasoning,
});

export const Edit = z.object({
  diff: z.string().min(10).max(60_000).describe('a unified diff against the repository, paths from its root'),
  reasoning,
});

export const SubmitJob = z.object({ reasoning });

export const GiveUp = z.object({
  report: z.string().min(3).max(3000).describe('what is known, what was tried, what a person should look at'),
});

const PROPOSED =
  'The step is planned anew with it, shown to a person, and tried when they approve. One cause, one change; never one that was tried before.';

export const ACTS = [
  {
    name: 'run',
    description:
      'Runs one shell command in the run’s folder on the cluster. Commands that only read run at once; anything else is shown to a person, who may take hours to answer or say no. Ask for the least that answers your question.',
    input: RunCommand,
  },
  {
    name: 'ask-person',
    description: 'Asks the people in the thread a question that nothing else can answer. Work stops until somebody answers.',
    input: AskPerson,
  },
  {
    name: 'propose-fix',
    description: `Ends this piece of work with one change of the plan. ${PROPOSED}`,
    input: ProposeFix,
  },
  {
    name: 'edit',
    description: `Ends this piece of work with one change of the code, as a diff. ${PROPOSED}`,
    input: Edit,
  },
  {
    name: 'submit-job',
    description:
      'Ends this piece of work with the same plan once more, after something outside it was mended (data were put in place, say). It is shown to a person, and run when they approve. Nothing else is submitted.',
    input: SubmitJob,
  },
  { name: 'give-up', description: 'Ends this piece of work without a change, with an honest report.', input: GiveUp },
] as const;

/** The same plan once more. */
const AGAIN: Remedy = { kind: 'retry', waitSeconds: 0, elsewhere: false };

/** What a proposal of the model is in a run; what is wrong with the call, where it does not fit. */
export function readProposal(name: ProposingAct, input: unknown): { readonly proposal: Proposal } | { readonly error: z.ZodError } {
  switch (name) {
    case 'edit': {
      const { data, error } = Edit.safeParse(input);
      return data === undefined ? { error } : { proposal: { change: { kind: 'diff', diff: data.diff }, reasoning: data.reasoning } };
    }
    case 'propose-fix': {
      const { data, error } = ProposeFix.safeParse(input);
      return data === undefined ? { error } : { proposal: { change: { kind: 'remedy', remedy: data.remedy }, reasoning: data.reasoning } };
    }
    case 'submit-job': {
      const { data, error } = SubmitJob.safeParse(input);
      return data === undefined ? { error } : { proposal: { change: { kind: 'remedy', remedy: AGAIN }, reasoning: data.reasoning } };
    }
  }
}

export type ProposingAct = 'propose-fix' | 'edit' | 'submit-job';
