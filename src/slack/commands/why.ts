import { describeCulprit } from '../../core/diagnosis/describe-culprit.ts';
import { diagnose } from '../../core/diagnosis/diagnose.ts';
import { isSure, scanLog } from '../../core/diagnosis/scan-log.ts';
import type { Failure } from '../../core/failure.ts';
import type { ClusterJobDetails } from '../../core/jobs/cluster-job.ts';
import { explainPending } from '../../core/jobs/explain-pending.ts';
import { readState } from '../../core/jobs/states.ts';
import { describeUsage, proposeRequest, readProposalLimits } from '../../core/jobs/usage.ts';
import { startProgress } from '../../core/progress/state.ts';
import { summarizeProgress } from '../../core/progress/summarize.ts';
import { trackProgress } from '../../core/progress/track.ts';
import { redactText } from '../../core/redact.ts';
import { adviseRemedy } from '../../core/run/advise-remedy.ts';
import { formatNumber } from '../../core/run/format.ts';
import { viewHistory } from '../../core/run/view/history.ts';
import { escapeText, renderLine } from '../blocks.ts';
import { chooseClusters, describeNoLog, findJob, NO_WORKER, readJobWords, showCode, showTime, type FoundJob } from '../clusters.ts';
import { defineCommand, type ClusterAccess, type CommandReply, type CommandRequest, type SlackContext } from '../command.ts';

/** The end of a log says why; more would only take longer. */
const LOG_BYTES = 256_000;

export default defineCommand({
  id: 'why',
  usage: 'why <job-id> [--site NAME]',
  summary: 'says why a job waits, how far it is, or why it died, with the line that proves it',
  role: 'viewer',
  run: explainJob,
});

async function explainJob(request: CommandRequest): Promise<CommandReply> {
  const { clusters: access } = request.context;
  if (access === null) return { text: NO_WORKER };
  const typed = readJobWords(request.args);
  if (typeof typed === 'string') return { text: typed };
  const [id] = typed.words;
  if (id === undefined) return { text: `Which job? \`${request.name} jobs\` lists them.` };
  const clusters = chooseClusters(request, typed.values.site);
  if (typeof clusters === 'string') return { text: clusters };
  const found = await findJob(access, clusters, id);
  if (typeof found === 'string') return { text: found };
  const known = await describeKnown(request, found.job);
  return { text: redactText([await describeFound(request.context, access, found), ...known].join('\n')) };
}

/** What the thread of the run says of a failed job of ours; in the run's own channel only. */
async function describeKnown({ context, channel, user }: CommandRequest, { name }: ClusterJobDetails): Promise<string[]> {
  const runId = /^rb-(r[a-z0-9]{4,32})-a\d/.exec(name)?.[1];
  const state = runId === undefined ? null : await context.runs.load(runId);
  if (state === null || state.request.channel !== channel || !(await context.access.allows(user, channel, 'viewer'))) return [];
  const job = state.jobs.find((item) => item.spec.token === name);
  const failed = state.failures.findLast((item) => item.step === 'sample-run' && item.attempt === job?.attempt);
  return [`It is of run \`${state.id}\`.`, ...viewHistory(failed?.history).map(renderLine)];
}

async function describeFound(context: SlackContext, access: ClusterAccess, { site, job }: FoundJob): Promise<string> {
  const head = `Job \`${job.id}\` ${showCode(job.name, 80)} on ${site}: *${escapeText(job.state)}*${describeParts(job)}`;
  const meaning = readState(job.state, job.reason);
  if (meaning.kind === 'active' && (meaning.state === 'pending' || meaning.state === 'held')) return `${head}\n${describeWait(job)}`;
  const log = await readLogs(access, site, job);
  const told = meaning.kind === 'ended' ? await describeOver(access, site, job, log) : describeProgress(site, log, job);
  return `${head}\n${told}${await describeUse(context, access, { site, job })}`;
}

/** What is said of a job with parts is true of the first of them; the others are named by state. */
function describeParts({ id, parts }: ClusterJobDetails): string {
  if (parts.length === 0) return '';
  const states = [...new Set(parts.map(({ state }) => state))].map((state) => {
    const which = parts.filter((part) => part.state === state).map((part) => part.which);
    return `${escapeText(state)}: ${escapeText(which.join(', ').slice(0, 80))}`;
  });
  const first = parts[0]?.which ?? '';
  const example = escapeText(first.startsWith('+') ? first : `_${first.replace(/\D.*$/, '')}`);
  return ` (its first part; by state ${states.join(' · ')}; \`why ${id}${example}\` asks for one)`;
}

/** Both streams, where they are apart: tracebacks go to one and losses to the other. */
async function readLogs(access: ClusterAccess, site: string, job: ClusterJobDetails): Promise<string | null> {
  const browser = access.browse(site);
  const out = await browser.tail(job.stdout, LOG_BYTES);
  const err = job.stderr === job.stdout ? null : await browser.tail(job.stderr, LOG_BYTES);
  return out === null && err === null ? null : [out, err].filter((text) => text !== null).join('\n');
}

function describeWait(job: ClusterJobDetails): string {
  const { kind, words } = explainPending(job.reason);
  const advice: Readonly<Record<typeof kind, string>> = {
    wait: 'It starts by itself.',
    budget: 'It may start when the project has hours again.',
    request: 'As it was asked for it does not start.',
    held: 'It waits for somebody to release it.',
    site: 'Nobody here can change that.',
  };
  const start = job.startAt === null ? '' : ` The scheduler guesses a start at ${showTime(job.startAt)}.`;
  return `It waits: ${escapeText(words)} (${escapeText(job.reason === '' ? 'None' : job.reason)}). ${advice[kind]}${start}`;
}

/** What the ends of its logs say; where that proves nothing and there is more, what a search of the whole logs finds. */
async function diagnoseEnd(access: ClusterAccess, site: string, job: ClusterJobDetails, log: string): Promise<Failure> {
  const ending = { schedulerState: job.state };
  const atEnd = diagnose({ log, ...ending }, access.failureClasses);
  if (isSure(atEnd) || atEnd.class === 'none') return atEnd;
  for (const path of new Set([job.stderr, job.stdout])) {
    const source = await access.openLog(site, path);
    if (source === null || source.size <= LOG_BYTES) continue;
    const found = await scanLog(source, ending, access.failureClasses);
    if (isSure(found)) return found;
  }
  return atEnd;
}

async function describeOver(access: ClusterAccess, site: string, job: ClusterJobDetails, log: string | null): Promise<string> {
  const ended = job.endAt === null ? '' : `Ended ${showTime(job.endAt)}${describeExit(job.exitCode)}. `;
  if (log === null) return `${ended}${describeNoLog(site, job.stdout)}`;
  return `${ended}${describeFailure(await diagnoseEnd(access, site, job, log))}`;
}

function describeFailure(failure: Failure): string {
  if (failure.class === 'none') return 'The log shows no failure.';
  const culprit = describeCulprit(failure);
  const from = culprit === '' ? '' : ` from ${showCode(culprit, 200)}`;
  const proof = failure.evidence === null ? '' : `\n> ${showCode(failure.evidence.text.trim(), 300)}${from}`;
  const advice = adviseRemedy(failure);
  const help = advice === null ? '' : `\n${escapeText(advice)}`;
  const sure = `${Math.round(failure.confidence * 100)} % sure`;
  return `*${escapeText(failure.title)}* (\`${failure.class}\`, ${sure}): ${escapeText(failure.explanation)}${proof}${help}`;
}

/** Slurm writes `code:signal`. */
function describeExit(pair: string): string {
  const [, code, signal] = /^(\d+):(\d+)$/.exec(pair) ?? [];
  if (code === undefined || signal === undefined) return '';
  return signal === '0' ? `, exit code ${code}` : `, signal ${signal}`;
}

/** Requested against used, where the accounting tells. */
async function describeUse({ sites }: SlackContext, access: ClusterAccess, { site, job }: FoundJob): Promise<string> {
  const [usage, ...parts] = await access.browse(site).usage({ jobId: job.id });
  if (usage === undefined || parts.length > 0) return '';
  const items = describeUsage(usage).map(({ name, value }) => `${name} ${value}`);
  const proposal = proposeRequest(usage, [], readProposalLimits(sites.get(site)));
  const soFar = job.endAt === null || readState(job.state).kind !== 'ended' ? 'So far: ' : '';
  return `\n${escapeText(`${soFar}${items.join(' · ')}${proposal === null ? '' : `. ${proposal}`}`)}`;
}

function describeProgress(site: string, log: string | null, job: ClusterJobDetails): string {
  const since = job.startAt === null ? '' : `Running since ${showTime(job.startAt)}. `;
  if (log === null) return `${since}${describeNoLog(site, job.stdout)}`;
  const progress = summarizeProgress(trackProgress(startProgress({}), log, null));
  if (progress.current === null) return `${since}Its log shows no step yet.`;
  const of = progress.total === null ? '' : ` of ${progress.total}`;
  const loss =
    progress.loss === null ? '' : `, ${escapeText(progress.loss.name)} ${formatNumber(progress.loss.last)} (${progress.loss.trend})`;
  return `${since}At ${progress.unit ?? 'step'} ${progress.current}${of}${loss}.`;
}
