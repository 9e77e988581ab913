import { z } from 'zod';
import type { ToolSpec } from '../core/agent-session/request.ts';
import type { Probe, ProbeAnswer } from '../core/experiment/probes/schema.ts';
import type { Failure } from '../core/failure.ts';
import type { Verdict } from '../core/notebook/run-checks.ts';
import type { RepoMap } from '../core/repo-map/schema.ts';
import type { RunState } from '../core/run/state.ts';
import type { Host } from '../ports.ts';

/** What the tools of a session can reach; built by the worker. */
export interface ToolContext {
  /** The run as it stands. */
  readonly readState: () => Promise<RunState>;
  /** The whole map, made anew from the clone. */
  readonly readMap: () => Promise<RepoMap>;
  /** The clone, on the machine of the worker. */
  readonly repo: { readonly host: Host; readonly folder: string };
  /** The newest job's log, whole or its two ends, or that of a watched one; null where there is none. */
  readonly readLog: (job?: string) => Promise<string | null>;
  readonly diagnose: (log: string, job?: string) => Promise<Failure>;
  /** Files beside the instructions of the skill. */
  readonly references: { readonly list: () => Promise<readonly string[]>; readonly read: (path: string) => Promise<string | null> };
  readonly knowledge: {
    readonly search: (question: string) => Promise<string>;
    readonly add: (note: { readonly question: string; readonly answer: string; readonly source: string }) => Promise<string>;
  };
  /** Null in a session that works on no stage of an experiment. */
  readonly stage: StageAccess | null;
  readonly signal: AbortSignal;
}

/** What only the agents of an experiment can reach. None of it writes. */
export interface StageAccess {
  readonly probe: (probe: Probe) => Promise<ProbeAnswer>;
  readonly checkNotebook: (cells: readonly string[]) => Promise<Verdict>;
  /** The files of the data, with columns, times and gaps. */
  readonly describeData: () => Promise<string>;
}

/** What a tool of an experiment answers anywhere else. */
export const NO_STAGE: ToolResult = { text: 'This is no experiment.', failed: true };

/** What a tool that needs a log answers without one. */
export const NO_LOG: ToolResult = {
  text: 'There is no log: nothing was written yet, it lies nowhere that I know of, or no job of that id is of this run. job-status says which jobs there are.',
  failed: true,
};

export interface ToolResult {
  readonly text: string;
  readonly failed?: boolean;
  /** The call did not fit the tool. */
  readonly malformed?: boolean;
}

/** Something that the agent can do by itself: it reads, or writes down. What needs a person is a fact of the session, not a tool's own affair. */
export interface Tool<Input = unknown> {
  /** Equal to the file name. */
  readonly name: string;
  /** For the model: what it does, when to use it. */
  readonly description: string;
  readonly input: z.ZodType<Input>;
  readonly run: (context: ToolContext, input: Input) => Promise<ToolResult>;
}

/** Declares a tool; a file in src/agent/tools is all that it takes. */
export function defineTool<Input>(tool: Tool<Input>): Tool<Input> {
  return tool;
}

/** The tool as the Messages API wants it told. */
export function describeTool(tool: Pick<Tool, 'name' | 'description' | 'input'>): ToolSpec {
  const { $schema: _, ...schema } = z.toJSONSchema(tool.input, { io: 'input' }) as Record<string, unknown>;
  return { name: tool.name, description: tool.description, input_schema: { ...schema, type: 'object' } };
}

/** Runs a tool on what the model gave it; input that does not fit is answered with what was wrong, so that the model can mend it. */
export async function useTool(tool: Tool, context: ToolContext, input: unknown): Promise<ToolResult> {
  const parsed = tool.input.safeParse(input);
  if (!parsed.success) return refuseInput(tool.name, parsed.error);
  return tool.run(context, parsed.data);
}

/** What the model hears of a call that does not fit. */
export function refuseInput(name: string, error: z.ZodError): ToolResult {
  return { text: `This call does not fit ${name}: ${z.prettifyError(error)}`, failed: true, malformed: true };
}
