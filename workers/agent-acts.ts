import type { z } from 'zod';
import { AskPerson, GiveUp, readProposal, type ProposingAct } from '../src/agent/acts.ts';
import { resolveInside } from '../src/agent/confine.ts';
import { endCall } from '../src/agent/loop.ts';
import { refuseInput } from '../src/agent/tool.ts';
import type { AgentFact, AgentSession, Call } from '../src/core/agent-session/schema.ts';
import { readDiffs } from '../src/core/diff-edits.ts';
import { redactText } from '../src/core/redact.ts';
import type { RepoFile } from '../src/core/repo-map/input.ts';
import { hasActed } from '../src/core/run/agent.ts';
import { applyProposal } from '../src/core/run/reproduce.ts';
import type { RunState } from '../src/core/run/state.ts';
import type { Host } from '../src/ports.ts';
import { runCommand, tell } from './agent-command.ts';
import type { WorkerContext } from './context.ts';
import { cloneFolder } from './workspace.ts';

const DIFF_FILE_BYTES = 2_000_000;

export interface ActRequest {
  readonly context: WorkerContext;
  /** The machine on which the clone lies. */
  readonly here: Host;
  readonly state: RunState;
  readonly session: AgentSession;
  readonly call: Call;
  readonly signal: AbortSignal;
  /** Puts facts into the journal at once; false when they no longer fit. */
  readonly record: (facts: readonly AgentFact[]) => Promise<boolean>;
}

/** What a call of one of the agent's acts leads to; undefined when there is no such act, null when the run now waits for a person. */
export async function act(request: ActRequest): Promise<readonly AgentFact[] | null | undefined> {
  const { call } = request;
  switch (call.name) {
    case 'run':
      return runCommand(request);
    case 'ask-person': {
      const { data, error } = AskPerson.safeParse(call.input);
      return data === undefined ? [refuseCall(call, error)] : [{ kind: 'asked', call: call.id, question: redactText(data.question) }];
    }
    case 'propose-fix':
    case 'edit':
    case 'submit-job':
      return propose(request, call.name);
    case 'give-up': {
      const { data } = GiveUp.safeParse(call.input);
      return [{ kind: 'ended', as: 'gave-up', report: redactText(data?.report ?? 'The agent gave up without a report.'), proposal: null }];
    }
    default:
      return undefined;
  }
}

/** What the model hears of an act that does not fit. */
export function refuseCall(call: Call, error: z.ZodError): AgentFact {
  return endCall(call, refuseInput(call.name, error), 0, { redact: redactText });
}

/** A proposal that cannot be tried is answered, so that the model can mend it; any other ends the session. */
async function propose({ context, here, state, session, call }: ActRequest, name: ProposingAct): Promise<readonly AgentFact[]> {
  const read = readProposal(name, call.input);
  if ('error' in read) return [refuseCall(call, read.error)];
  const { proposal } = read;
  const { change } = proposal;
  if (change.kind === 'remedy' && change.remedy.kind === 'retry' && !hasActed(session)) {
    return [
      tell(call, 'Nothing has changed since it failed, so the same again would fail again. Propose a change, ask, or give up.', true),
    ];
  }
  if (applyProposal(state.adjustment, proposal) === null) {
    return [tell(call, 'This was tried before, or only a person could do it. Propose another change, ask, or give up.', true)];
  }
  if (change.kind === 'diff') {
    const diffs = [...state.adjustment.patches.map((patch) => patch.diff), change.diff];
    const problem = await checkDiffs(here, cloneFolder(context, state), diffs);
    if (problem !== null) return [tell(call, `The diff does not apply: ${problem}`, true)];
  }
  return [{ kind: 'ended', as: 'proposed', report: proposal.reasoning, proposal }];
}

/** Why the diffs, one after the other, do not fit the clone; null when they do. The plan of the sample reads them in the same way. */
async function checkDiffs(here: Host, folder: string, diffs: readonly string[]): Promise<string | null> {
  const paths = new Set(diffs.flatMap((diff) => [...diff.matchAll(/^\+\+\+ (?:b\/)?([^\t\n]+)/gm)].map((match) => match[1] ?? '')));
  const files: RepoFile[] = [];
  for (const path of paths) {
    const found = await resolveInside(here, folder, path);
    if ('refusal' in found) return found.refusal.text;
    const { bytes, size } = await here.readFrom(found.path, 0, DIFF_FILE_BYTES);
    files.push({ path, size, text: Buffer.from(bytes).toString('utf8') });
  }
  const read = readDiffs(diffs, files);
  return 'problem' in read ? read.problem : null;
}
