import type { KernelRun } from '../../core/kaggle/kernel-run.ts';
import { ReprobotError, hasCode } from '../../errors.ts';
import { askPerson } from './failures.ts';
import { LimitsAnswer, SubmissionAnswer, SubmissionsAnswer, SubmitAnswer, UploadAnswer } from './schema.ts';
import type { Transport } from './transport.ts';
import { describeUpload, sendBytes, type UploadFile } from './uploads.ts';

const SERVICE = 'competitions.CompetitionApiService';
const MOST_PAGES = 5;

/** What is submitted: a file of ours, or a file that a finished version of a notebook wrote. */
export type Entry =
  | { readonly kind: 'file'; readonly file: UploadFile }
  | { readonly kind: 'notebook'; readonly run: KernelRun; readonly fileName: string };

export interface EntryRequest {
  /** Of this submission; it ends the description, by which a repeated call finds it. */
  readonly token: string;
  readonly competition: string;
  readonly description: string;
  readonly entry: Entry;
  readonly signal?: AbortSignal;
}

export interface Entered {
  readonly ref: number;
  readonly state: 'PENDING' | 'COMPLETE' | 'ERROR';
  /** Kaggle writes scores as text; null until there is one. */
  readonly publicScore: number | null;
  readonly privateScore: number | null;
  readonly errorDescription: string | null;
}

/** Submits to a competition once: a submission that carries the token is found and not repeated. */
export async function enterCompetition(transport: Transport, request: EntryRequest): Promise<Entered> {
  const { competition, token, signal } = request;
  const mark = `[${token}]`;
  const found = await findEntry(transport, competition, mark, signal);
  if (found !== null) return found;
  await checkAllowance(transport, competition, signal);
  const doing = `submitting to the competition ${competition}`;
  const call = await describeCall(transport, request, `${request.description} ${mark}`.trim());
  try {
    const { ref } = await transport.call({ service: SERVICE, ...call, answer: SubmitAnswer, doing, changes: true, signal });
    if (ref !== null) return { ref, state: 'PENDING', publicScore: null, privateScore: null, errorDescription: null };
  } catch (error) {
    throw explainClosed(error, competition);
  }
  throw new ReprobotError({ code: 'kaggle.outcome-unknown', doing, why: 'Kaggle’s answer names no submission', transient: true });
}

/** One submission with its score, if there is one. */
export async function readEntry(transport: Transport, ref: number, signal?: AbortSignal): Promise<Entered> {
  const doing = `asking Kaggle for submission ${ref}`;
  return toEntered(
    await transport.call({ service: SERVICE, method: 'GetSubmission', body: { ref }, answer: SubmissionAnswer, doing, signal }),
  );
}

async function findEntry(
  transport: Transport,
  competition: string,
  mark: string,
  signal: AbortSignal | undefined,
): Promise<Entered | null> {
  let pageToken = '';
  for (let number = 0; number < MOST_PAGES; number += 1) {
    const page = await transport.call({
      service: SERVICE,
      method: 'ListSubmissions',
      body: { competitionName: competition, page: -1, pageSize: 100, ...(pageToken === '' ? {} : { pageToken }) },
      answer: SubmissionsAnswer,
      doing: `reading the submissions to ${competition}`,
      signal,
    });
    const found = page.submissions.find(({ description }) => description.endsWith(mark));
    if (found !== undefined) return toEntered(found);
    pageToken = page.nextPageToken;
    if (pageToken === '') break;
  }
  return null;
}

/** Kaggle has been seen to report success although the day's submissions were used up. */
async function checkAllowance(transport: Transport, competition: string, signal: AbortSignal | undefined): Promise<void> {
  const doing = `asking how many submissions ${competition} still takes`;
  const body = { competitionName: competition };
  const limits = await transport.call({ service: SERVICE, method: 'GetSubmissionLimits', body, answer: LimitsAnswer, doing, signal });
  if (limits.numAllowedNow === null || limits.numAllowedNow > 0) return;
  throw new ReprobotError({
    code: 'kaggle.no-quota',
    doing: `submitting to the competition ${competition}`,
    why: limits.limitedByTotal
      ? 'all submissions that it takes are used up'
      : `the day’s submissions are used up (${limits.numToday ?? 0} today)`,
    transient: !limits.limitedByTotal,
  });
}

async function describeCall(transport: Transport, { entry, competition, signal }: EntryRequest, description: string) {
  const common = { competitionName: competition, submissionDescription: description };
  if (entry.kind === 'notebook') {
    const { id, versionNumber } = entry.run;
    const body = { ...common, kernelOwner: id.owner, kernelSlug: id.slug, kernelVersion: versionNumber, fileName: entry.fileName };
    return { method: 'CreateCodeSubmission', body };
  }
  const { token, createUrl } = await transport
    .call({
      service: SERVICE,
      method: 'StartSubmissionUpload',
      body: { competitionName: competition, fileName: entry.file.name, ...(await describeUpload(entry.file)) },
      answer: UploadAnswer,
      doing: `starting the upload of ${entry.file.name}`,
      signal,
    })
    .catch((error: unknown) => {
      throw explainClosed(error, competition);
    });
  await sendBytes(transport, entry.file, createUrl, signal);
  return { method: 'CreateSubmission', body: { ...common, blobFileTokens: token } };
}

/** Where the rules have not been accepted, only a person in a browser can go on. */
function explainClosed(error: unknown, competition: string): unknown {
  const isForbidden = hasCode(error, 'kaggle.needs-person') || (error instanceof ReprobotError && error.details['status'] === 403);
  if (!isForbidden) return error;
  const link = `https://www.kaggle.com/competitions/${competition}/rules`;
  return askPerson(error.doing, error.why, `Accept the rules at ${link} and say so here.`);
}

function toEntered({ ref, status, publicScore, privateScore, errorDescription }: SubmissionAnswer): Entered {
  const read = (text: string): number | null => (text === '' || Number.isNaN(Number(text)) ? null : Number(text));
  return {
    ref,
    state: status,
    publicScore: read(publicScore),
    privateScore: read(privateScore),
    errorDescription: errorDescription === '' ? null : errorDescription,
  };
}
