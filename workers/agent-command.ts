import { RunCommand } from '../src/agent/acts.ts';
import { endCall } from '../src/agent/loop.ts';
import { refuseInput } from '../src/agent/tool.ts';
import type { AgentFact, Call } from '../src/core/agent-session/schema.ts';
import { wrapInSandbox } from '../src/core/jobs/sandbox.ts';
import { listInForce, nameRule } from '../src/core/permissions/rule-book.ts';
import { redactText } from '../src/core/redact.ts';
import { findRunGrant } from '../src/core/run/agent.ts';
import type { CommandAction } from '../src/core/run/events.ts';
import { nameProject } from '../src/core/run/failure-history.ts';
import { findOpenApproval } from '../src/core/run/state.ts';
import { digestOf } from '../src/runs/digest.ts';
import type { ActRequest } from './agent-acts.ts';
import { requireCommand } from './approved.ts';
import { probeSandbox } from './isolation.ts';
import { judgeForAgent, type JudgedCommand } from './judge-command.ts';
import { profileOf } from './site-facts.ts';
import { siteFolder } from './workspace.ts';

const COMMAND_MS = 120_000;
const OUTPUT_BYTES = 400_000;
const BUSY =
  'A question of the run itself waits for an answer, and nothing else is asked meanwhile. Use what only reads, or end with what you know.';

/** Ends a call with words of ours. */
export function tell(call: Call, text: string, failed = false): AgentFact {
  return endCall(call, { text, failed }, 0, { redact: redactText });
}

/** Runs what the site's rules or an earlier answer allow, asks for the rest, refuses what nobody may do. What was approved is run once, to the
 *  letter. */
export async function runCommand(request: ActRequest): Promise<readonly AgentFact[] | null> {
  const { state, call } = request;
  if (call.status === 'begun') {
    return [tell(call, 'The worker that ran this died. It may have had its effect: look before you repeat it.', true)];
  }
  if (call.status === 'allowed') return runAllowed(request);
  if (call.status === 'edited') return takeEdit(request);
  const { data, error } = RunCommand.safeParse(call.input);
  if (data === undefined) return [endCall(call, refuseInput(call.name, error), 0, { redact: redactText })];
  const { judged, action } = await weigh(request, data.command, redactText(data.why));
  if (judged.verdict === 'refuse')
    return [tell(call, `This is refused here, and no approval changes that: ${judged.reasons.join('; ')}`, true)];
  if (judged.verdict === 'allow') return [await execute(request, action)];
  const because = await findEarlierYes(request, judged, action);
  if (because !== null) return begin(request, action, because);
  if (findOpenApproval(state) !== undefined) return [tell(call, BUSY, true)];
  return hold(request, `Run a command on ${state.request.site}`, action);
}

interface Weighed {
  readonly judged: JudgedCommand;
  /** What a person would be asked to allow. */
  readonly action: CommandAction;
}

async function weigh({ context, state }: ActRequest, command: string, why: string): Promise<Weighed> {
  const host = context.hostOf(state.request.site);
  const folder = await siteFolder(context, state);
  await host.makeFolder(folder);
  const judged = await judgeForAgent(profileOf(context, state), host, command, folder);
  const { effects, reach } = judged;
  return { judged, action: { kind: 'run-command', site: state.request.site, folder, command, why, effects: [...effects], reach } };
}

/** What was answered before and covers this too, in words; null when it has to be asked. */
async function findEarlierYes({ context, state }: ActRequest, judged: JudgedCommand, action: CommandAction): Promise<string | null> {
  const granted = judged.reach.forRun ? findRunGrant(state, action) : null;
  if (granted !== null) {
    requireCommand(state, granted);
    return `question ${granted}, answered for this run`;
  }
  const rules = listInForce(await context.rules.list(action.site), nameProject(state));
  const rule = rules.find(({ offer }) => judged.isCovered(offer.rule));
  return rule === undefined ? null : `standing rule ${rule.id}`;
}

/** Runs what was approved. A rule that the answer made is told first: told twice it is the same rule, and a crash before it repeats this. */
async function runAllowed(request: ActRequest): Promise<readonly AgentFact[] | null> {
  const { context, state, call } = request;
  const action = requireCommand(state, call.approval);
  const approval = state.approvals.find((item) => item.id === call.approval);
  const { settled, id = 0 } = approval ?? {};
  if (settled?.reach === 'always' && action.reach?.offer) {
    await context.rules.append(action.site, {
      v: 1,
      type: 'rule.made',
      at: settled.at,
      id: nameRule(state.id, id),
      by: settled.by,
      run: state.id,
      question: id,
      channel: state.request.channel,
      project: nameProject(state),
      offer: action.reach.offer,
    });
  }
  return begin(request, action);
}

/** A changed line is judged like any other. Where it may do no more than what the person saw, their change was the yes to it. */
async function takeEdit(request: ActRequest): Promise<readonly AgentFact[] | null> {
  const { state, call } = request;
  const first = state.approvals.find((item) => item.id === call.approval);
  const command = first?.settled?.command;
  if (first?.action.kind !== 'run-command' || command === undefined)
    return [tell(call, 'What this was changed to is not known any more.', true)];
  const old = await weigh(request, first.action.command, first.action.why);
  const now = await weigh(request, command, first.action.why);
  if (now.judged.verdict === 'refuse') {
    const why = now.judged.reasons.join('; ');
    return [tell(call, `A person changed this to ${JSON.stringify(command)}, which is refused here: ${why}`, true)];
  }
  const approved = now.judged.kinds.every((kind) => old.judged.kinds.includes(kind));
  const title = `Run a command on ${state.request.site}, as changed in question ${first.id}`;
  return hold(request, title, now.action, { of: first.id, approved });
}

/** Asks a person, and leaves the run waiting. */
async function hold(
  { context, state, session, call, signal }: ActRequest,
  title: string,
  action: CommandAction,
  edit?: { readonly of: number; readonly approved: boolean },
): Promise<null> {
  const id = `hold:${state.id}:${session.id}:${call.id}${edit === undefined ? '' : `:${edit.of}`}`;
  const question = { title, action, digest: digestOf(action) };
  const asked = { kind: 'agent-hold' as const, id, at: context.now(), session: session.id, call: call.id, question };
  await context.runs.apply(state.id, edit === undefined ? asked : { ...asked, edit });
  signal.throwIfAborted();
  return null;
}

/** Runs what may have an effect: that it began is in the journal first, so that nothing runs it again. */
async function begin(request: ActRequest, action: CommandAction, because?: string): Promise<readonly AgentFact[] | null> {
  const { call } = request;
  const began: AgentFact = { kind: 'tool-began', call: call.id, name: call.name };
  if (!(await request.record([because === undefined ? began : { ...began, because }]))) return null;
  return [await execute(request, action)];
}

async function execute({ context, state, call, signal }: ActRequest, { command, folder }: CommandAction): Promise<AgentFact> {
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
  const text = [
    command === call.input['command'] ? '' : `A person changed this; what ran is: ${command}`,
    result.stdout,
    result.stderr === '' ? '' : `stderr:\n${result.stderr}`,
    `[${ending}]`,
  ]
    .filter((part) => part !== '')
    .join('\n');
  return endCall(call, { text, failed: result.code !== 0 }, (context.now() - startedAt) / 1000, { redact: redactText });
}
