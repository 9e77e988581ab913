import { AskPerson, GiveUp, ProposeFix, readProposal, RunCommand } from '../src/agent/acts.ts';
import { resolveInside } from '../src/agent/confine.ts';
import { endCall } from '../src/agent/loop.ts';
import type { AgentFact, AgentSession, Call } from '../src/core/agent-session/schema.ts';
import { readDiffs } from '../src/core/diff-edits.ts';
import { wrapInSandbox } from '../src/core/jobs/sandbox.ts';
import { redactText } from '../src/core/redact.ts';
import type { RepoFile } from '../src/core/repo-map/input.ts';
import type { ApprovalAction } from '../src/core/run/events.ts';
import { applyProposal } from '../src/core/run/reproduce.ts';
import type { RunState } from '../src/core/run/state.ts';
import type { Host } from '../src/ports.ts';
import { digestOf } from '../src/runs/digest.ts';
import { requireCommand } from './approved.ts';
import type { WorkerContext } from './context.ts';
import { probeSandbox } from './isolation.ts';
import { judgeForAgent } from './judge-command.ts';
import { profileOf } from './site-facts.ts';
import { cloneFolder, siteFolder } from './workspace.ts';

const COMMAND_MS = 120_000;
const OUTPUT_BYTES = 400_000;
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
      return data === undefined
        ? [tell(call, error.message, true)]
        : [{ kind: 'asked', call: call.id, question: redactText(data.question) }];
    }
    case 'propose-fix':
      return propose(request);
    case 'give-up': {
      const { data } = GiveUp.safeParse(call.input);
      return [{ kind: 'ended', as: 'gave-up', report: redactText(data?.report ?? 'The agent gave up without a report.'), proposal: null }];
    }
    default:
      return undefined;
  }
}

function tell(call: Call, text: string, failed = false): AgentFact {
  return endCall(call, { text, failed }, 0, { redact: redactText });
}

/** A proposal that cannot be tried is answered, so that the model can mend it; any other ends the session. */
async function propose({ context, here, state, call }: ActRequest): Promise<readonly AgentFact[]> {
  const { data, error } = ProposeFix.safeParse(call.input);
  if (data === undefined) return [tell(call, `This does not fit propose-fix: ${error.message}`, true)];
  const proposal = readProposal(data);
  if (applyProposal(state.adjustment, proposal) === null) {
    return [tell(call, 'This was tried before, or only a person could do it. Propose another change, ask, or give up.', true)];
  }
  if (proposal.change.kind === 'diff') {
    const diffs = [...state.adjustment.patches.map((patch) => patch.diff), proposal.change.diff];
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

/** Runs what the site's rules allow, asks for the rest, refuses what nobody may do. What was approved is run once, to the letter. */
async function runCommand(request: ActRequest): Promise<readonly AgentFact[] | null> {
  const { context, state, session, call, signal } = request;
  if (call.status === 'begun') {
    return [tell(call, 'The worker that ran this died. It may have had its effect: look before you repeat it.', true)];
  }
  const folder = await siteFolder(context, state);
  if (call.status === 'allowed') {
    const action = requireCommand(state, call.approval);
    if (!(await request.record([{ kind: 'tool-began', call: call.id, name: call.name }]))) return null;
    return [await execute(request, action.command, action.folder)];
  }
  const { data, error } = RunCommand.safeParse(call.input);
  if (data === undefined) return [tell(call, `This does not fit run: ${error.message}`, true)];
  await context.hostOf(state.request.site).makeFolder(folder);
  const judged = await judgeForAgent(profileOf(context, state), context.hostOf(state.request.site), data.command, folder);
  if (judged.verdict === 'refuse')
    return [tell(call, `This is refused here, and no approval changes that: ${judged.reasons.join('; ')}`, true)];
  if (judged.verdict === 'allow') return [await execute(request, data.command, folder)];
  const action: ApprovalAction = {
    kind: 'run-command',
    site: state.request.site,
    folder,
    command: data.command,
    why: redactText(data.why),
    effects: [...judged.effects],
  };
  const question = { title: `Run a command on ${state.request.site}`, action, digest: digestOf(action) };
  const id = `hold:${state.id}:${session.id}:${call.id}`;
  await context.runs.apply(state.id, { kind: 'agent-hold', id, at: context.now(), session: session.id, call: call.id, question });
  signal.throwIfAborted();
  return null;
}

async function execute({ context, state, call, signal }: ActRequest, command: string, folder: string): Promise<AgentFact> {
  const startedAt = context.now();
  const host = context.hostOf(state.request.site);
  const argv = ['bash', '--noprofile', '--norc', '-c', command];
  const probe = await probeSandbox(context, profileOf(context, state), state.env?.plan.basePython.path ?? 'python3', signal);
  const { hidden, readable } = probe;
  const inside = probe.works
    ? wrapInSandbox(argv, { network: !probe.canCutNetwork, hidden, readable, writable: [folder], fixed: [], workdir: folder })
    : argv;
  const result = await host.exec(inside, { cwd: folder, timeoutMs: COMMAND_MS, maxOutputBytes: OUTPUT_BYTES, signal });
  const ending = result.timedOut ? `stopped after ${COMMAND_MS / 1000} s` : `exit code ${result.code ?? result.signal ?? 'unknown'}`;
  const text = [result.stdout, result.stderr === '' ? '' : `stderr:\n${result.stderr}`, `[${ending}]`]
    .filter((part) => part !== '')
    .join('\n');
  return endCall(call, { text, failed: result.code !== 0 }, (context.now() - startedAt) / 1000, { redact: redactText });
}
