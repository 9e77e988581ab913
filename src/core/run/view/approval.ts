import type { EnvPlan } from '../../environment/schema.ts';
import { listMade } from '../../experiment/files.ts';
import { describeExperiment } from '../../experiment/view/plan.ts';
import type { Resources } from '../../jobs/job.ts';
import { quoteWord } from '../../repo-map/commands/shell-words.ts';
import { PATCH_PATH } from '../../sample-run/patch-files.ts';
import type { SamplePlan } from '../../sample-run/schema.ts';
import type { ApprovalAction } from '../events.ts';
import { formatBytes, formatDuration } from '../format.ts';
import { hidesSecrets } from '../hide-secrets.ts';
import type { Button, Line, Part, Slot, Span } from '../slots.ts';
import type { Approval, RunState } from '../state.ts';
import { describeCommand, describeEffects, offerAnswers } from './command.ts';
import { questionPath, renderQuestion, SECRETS_HIDDEN } from './question.ts';

/** One message per question, with buttons while it is open and the answer once it is settled. */
export function viewApprovals(state: RunState): { slot: Slot; at: number }[] {
  return state.approvals.map((approval) => ({ slot: viewApproval(state, approval), at: approval.requestedAt }));
}

function viewApproval(state: RunState, approval: Approval): Slot {
  const open = approval.settled === null;
  const parts: Part[] = [
    { kind: 'heading', text: approval.title },
    ...describeAction(state, approval),
    ...(approval.action.kind === 'run-command' || approval.action.kind === 'run-experiment'
      ? []
      : [{ kind: 'quiet' as const, lines: [RETRIES] }]),
    ...(approval.overBudget === undefined ? [] : [describeOverBudget(approval.overBudget, open)]),
    ...(hidesSecrets(approval.action) ? [{ kind: 'text' as const, lines: [SECRETS_HIDDEN] }] : []),
    open ? offerButtons(state, approval) : describeAnswer(approval),
  ];
  return {
    name: `approval:${approval.id}`,
    place: 'reply',
    mention: open ? [state.request.by] : [],
    summary: open ? `${approval.title} – please approve or reject.` : `${approval.title} – ${approval.settled?.as ?? ''}.`,
    parts,
    files: listFiles(state, approval),
  };
}

/** Characters that “Show everything” can hold. */
export const MODAL_HOLDS = 80_000;

/** Whether all that a question allows cannot be shown in a modal and hangs below its message as a file: it is long, or its action names texts
 *  of an agent by their digests alone. */
export function needsFile(state: RunState, { id, title, action, digest }: Approval): boolean {
  const holdsMade = action.kind === 'run-experiment' && listMade(state, action).length > 0;
  return holdsMade || renderQuestion(id, title, action, digest).length > MODAL_HOLDS;
}

function listFiles(state: RunState, approval: Approval): Slot['files'] {
  const plan = approval.action.kind === 'build-environment' ? [{ path: 'ENV.md', title: 'ENV.md' }] : [];
  return needsFile(state, approval) ? [...plan, { path: questionPath(approval.id), title: 'Everything that is allowed' }] : plan;
}

/** Binds a button to one question of one run and to the digest of what it allows. */
export function encodeQuestion(runId: string, approval: Pick<Approval, 'id' | 'digest' | 'overBudget'>): string {
  const over = approval.overBudget === undefined ? {} : { overBudget: true };
  return JSON.stringify({ run: runId, approval: approval.id, digest: approval.digest, ...over });
}

/** The answers that an open question can have. */
export function offerButtons(state: RunState, approval: Approval): Part {
  const value = encodeQuestion(state.id, approval);
  const { action } = approval;
  const isCommand = action.kind === 'run-command';
  return {
    kind: 'buttons',
    items: [
      approval.overBudget === undefined
        ? { action: 'approve', label: isCommand ? 'Once' : 'Approve', style: 'primary', value }
        : { action: 'approve', label: 'Approve over budget', style: 'danger', value, confirm: confirmOver(approval.overBudget) },
      ...(isCommand ? offerAnswers(action, value) : []),
      { action: 'reject', label: 'Reject…', style: 'danger', value },
      { action: 'show', label: 'Show everything', value },
    ],
  };
}

/** That a plain yes does not do. */
function describeOverBudget(words: string, open: boolean): Part {
  const needs = open ? ' A plain yes does not start it; an approver has to say that it may go over the budget.' : '';
  const text = `: ${words}.${needs}`;
  return { kind: 'text', lines: [[{ text: 'Over budget', style: 'bold' }, { text }]] };
}

function confirmOver(words: string): NonNullable<Button['confirm']> {
  return {
    title: 'Go over the budget?',
    text: `${words}. This job starts all the same.`.replace(/^./, (first) => first.toUpperCase()),
    ok: 'Approve over budget',
  };
}

/** Who answered what, how and when; nothing while it is open. */
export function describeAnswer(approval: Approval): Part {
  const settled = approval.settled;
  if (settled === null) return { kind: 'quiet', lines: [] };
  const at: Span = { text: new Date(settled.at).toISOString(), time: settled.at };
  if (settled.as === 'withdrawn') return { kind: 'quiet', lines: [[{ text: `Withdrawn: ${settled.reason}, ` }, at]] };
  if (settled.as === 'expired') return { kind: 'quiet', lines: [[{ text: `Nobody answered; that counts as a no. ` }, at]] };
  const reason = settled.reason === '' ? '' : `: ${settled.reason}`;
  return {
    kind: 'quiet',
    lines: [
      [
        { text: settled.overBudget === true ? 'Approved over budget by ' : ANSWERS[settled.reach ?? settled.as] },
        { text: settled.by, user: settled.by },
        { text: `, ${settled.via}, ` },
        at,
        { text: `${reason} · digest ${approval.digest.slice(0, 12)}` },
      ],
      ...(settled.command === undefined ? [] : [[{ text: 'Changed to: ' }, { text: settled.command, style: 'code' as const }]]),
      ...(settled.editOf === undefined ? [] : [`By the change of question ${settled.editOf}.`]),
    ],
  };
}

const ANSWERS = {
  granted: 'Approved by ',
  run: 'Approved for this run by ',
  always: 'Approved always by ',
  edited: 'Changed by ',
  rejected: 'Rejected by ',
};

function describeAction(state: RunState, approval: Approval): Part[] {
  const why = approval.attempt > 1 || state.failures.length > 0 ? describeOccasion(state, approval) : [];
  switch (approval.action.kind) {
    case 'build-environment':
      return [...why, ...describeBuild(state, approval.action)];
    case 'submit-job':
      return [...why, ...describeJob(state, approval.action)];
    case 'run-command':
      return describeCommand(approval.action);
    case 'run-experiment':
      return describeExperiment(state, approval.action);
  }
}

function describeOccasion(state: RunState, approval: Approval): Part[] {
  const last = state.failures.filter((item) => item.at <= approval.requestedAt).at(-1);
  return last === undefined || last.next === ''
    ? []
    : [{ kind: 'text', lines: [[{ text: 'After the failure above: ' }, { text: last.next, style: 'bold' }]] }];
}

function describeBuild(state: RunState, action: Extract<ApprovalAction, { kind: 'build-environment' }>): Part[] {
  // An earlier question keeps its commands; the packages are those of the newest plan.
  const newest = state.approvals.findLast((item) => item.action.kind === 'build-environment');
  const plan = newest?.action === action ? state.env?.plan : undefined;
  const commands = action.commands.map((argv) => argv.map(quoteWord).join(' ')).join('\n');
  return [
    { kind: 'text', lines: [`These commands will be run on ${action.site}, in ${action.folder}, and nothing else:`] },
    { kind: 'code', text: commands },
    ...describeUndo(action),
    { kind: 'text', lines: describeTerms(action) },
    ...(plan === undefined ? [] : describePackages(plan)),
  ];
}

function describeUndo({ undo = [] }: Extract<ApprovalAction, { kind: 'build-environment' }>): Part[] {
  if (undo.length === 0) return [];
  return [
    { kind: 'text', lines: ['If one of them fails, what it made is removed again:'] },
    { kind: 'code', text: undo.map((argv) => argv.map(quoteWord).join(' ')).join('\n') },
  ];
}

function describePackages(plan: EnvPlan): Part[] {
  const named = (how: string): string[] =>
    plan.packages.filter((item) => item.how === how).map((item) => `${item.name}${item.version === null ? '' : ` ${item.version}`}`);
  const lines: Line[] = [];
  const add = (word: string, names: readonly string[]): void => {
    if (names.length > 0) lines.push([{ text: word, style: 'bold' }, { text: ` ${names.join(', ')}` }]);
  };
  add('Already there:', named('present'));
  add('To install:', [...named('pip'), ...named('apt')]);
  add('To build from source:', named('source'));
  add('Replaced by a stand-in that does nothing:', named('no-op'));
  add('Left out:', named('left-out'));
  for (const override of plan.overrides) lines.push(`Changed: ${override.what} – ${override.why}`);
  for (const conflict of plan.conflicts ?? []) lines.push(`Conflict: ${conflict}`);
  for (const gap of plan.gaps) lines.push(`Open: ${gap}`);
  lines.push([{ text: 'Python:', style: 'bold' }, { text: ` ${plan.basePython.version} (${plan.basePython.path})` }]);
  return [{ kind: 'text', lines: cutLines(lines) }];
}

function describeJob(state: RunState, action: Extract<ApprovalAction, { kind: 'submit-job' }>): Part[] {
  const { token } = action.spec;
  // The plan of this job: a later attempt has another one.
  const job = state.jobs.find((item) => item.spec.token === token);
  const plan = job?.plan ?? (job === state.jobs.at(-1) ? state.sample?.plan : undefined);
  const lines: Line[] = describeTerms(action);
  for (const bound of plan?.bounds ?? []) lines.push([{ text: showBound(bound), style: 'code' }, { text: ` ${bound.why}` }]);
  for (const note of plan?.notes ?? []) lines.push(note);
  return [
    { kind: 'text', lines: [`This job will run on ${action.site}:`] },
    {
      kind: 'code',
      text: plan === undefined ? action.spec.argv.map(quoteWord).join(' ') : `${plan.cwd === '' ? '' : `cd ${plan.cwd}\n`}${plan.command}`,
    },
    ...describePatch(action),
    { kind: 'text', lines: cutLines(lines) },
  ];
}

/** What an action takes and what it can reach, in a few lines. */
export function describeTerms(action: ApprovalAction): Line[] {
  switch (action.kind) {
    case 'build-environment':
      return [describeBuildIsolation(action)];
    case 'submit-job':
      return [describeResources(action.spec.resources), describeIsolation(action)];
    case 'run-command':
      return describeEffects(action);
    case 'run-experiment':
      return [];
  }
}

function describeResources({ cpus, memoryMb, gpus, timeLimitSeconds }: Resources): Line {
  const asked = [
    `${cpus} CPU${cpus === 1 ? '' : 's'}`,
    formatBytes(memoryMb * 1_048_576),
    ...(gpus > 0 ? [`${gpus} GPU${gpus === 1 ? '' : 's'}`] : []),
    `at most ${formatDuration(timeLimitSeconds)}`,
  ];
  return [{ text: 'Resources:', style: 'bold' }, { text: ` ${asked.join(', ')}` }];
}

/** What the policy may do with the same approval. */
const RETRIES =
  'After a failure that goes away by itself (of a node or the network, preemption) the same is started again without asking, a few times, if need be on other nodes.';

const SHOWN_DIFF = 40;

/** The lines of the change that a job begins with; none where it changes nothing. */
export function listDiff(files: readonly { readonly path: string; readonly content: string }[]): string[] {
  const diff = files.find((file) => file.path === PATCH_PATH);
  return diff === undefined ? [] : diff.content.trimEnd().split('\n');
}

/** The diff is a file of the action, so the digest binds what is shown here. */
function describePatch({ files }: Extract<ApprovalAction, { kind: 'submit-job' }>): Part[] {
  const diff = listDiff(files);
  if (diff.length === 0) return [];
  const more = diff.length - SHOWN_DIFF;
  return [
    { kind: 'text', lines: ['Before that, its own copy of the repository is changed like this; the checkout stays as it is:'] },
    { kind: 'code', text: diff.slice(0, SHOWN_DIFF).join('\n') },
    ...(more > 0 ? [{ kind: 'text' as const, lines: [`and ${more} more lines; “Show everything” has the whole diff`] }] : []),
  ];
}

const SHOWN_LINES = 12;

/** What does not fit is counted, never dropped without a word. */
function cutLines(lines: readonly Line[]): Line[] {
  if (lines.length <= SHOWN_LINES) return [...lines];
  const left = lines.length - SHOWN_LINES + 1;
  return [...lines.slice(0, SHOWN_LINES - 1), `and ${left} more lines; “Show everything” has what is allowed`];
}

/** An argument as it is typed; a value of a file or a variable with what stood there. */
function showBound({ argument, value, fullValue, by }: SamplePlan['bounds'][number]): string {
  if (by === 'environment') return `${argument}=${value}`;
  return by === 'config' || by === 'source' ? `${argument}: ${fullValue ?? '?'} → ${value}` : `${argument} ${value}`;
}

const ISOLATION: Span = { text: 'Isolation:', style: 'bold' };

/** What the job cannot reach; the digest binds it. */
function describeIsolation({ spec, command }: Extract<ApprovalAction, { kind: 'submit-job' }>): Line {
  const { sandbox, network, readable } = spec.isolation;
  if (sandbox === 'bubblewrap')
    return [ISOLATION, { text: ` bubblewrap sandbox, ${network ? 'with' : 'no'} network${describeReadable(readable)}` }];
  if (command[0] === 'sbatch') return [ISOLATION, { text: ' runs under your account on the cluster' }];
  return [ISOLATION, { text: ' ' }, { text: 'NONE: the code can read what this account can read', style: 'bold' }];
}

/** The same for what pip and the packages' own installers run. */
function describeBuildIsolation(action: Extract<ApprovalAction, { kind: 'build-environment' }>): Line {
  if (!action.sandbox)
    return [ISOLATION, { text: ' ' }, { text: 'NONE: what is installed can read and change what the account can', style: 'bold' }];
  const outside = action.commands.some((argv) => argv[0] === 'apt-get') ? '; apt-get runs outside it, for the whole machine' : '';
  return [
    ISOLATION,
    { text: ` bubblewrap sandbox with network, can write only to its folder${describeReadable(action.readable)}${outside}` },
  ];
}

function describeReadable(paths: readonly string[]): string {
  return paths.length === 0 ? '' : `; can also read ${paths.join(', ')}`;
}
