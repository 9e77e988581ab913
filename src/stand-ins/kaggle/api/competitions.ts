import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { Context } from '../context.ts';
import { isSame, type Competition, type Submission } from '../state.ts';
import { listOutputs } from '../storage.ts';
import { openUpload } from '../uploads.ts';
import { findKernel } from './kernels.ts';
import { Count, cutPage, defineMethod, formatTime, type Call, type Method } from './method.ts';

const DAY = 86_400_000;
const Named = z.object({ competitionName: z.string() });

function find(ctx: Context, slug: string): Competition {
  const competition = ctx.state.competitions.find((one) => isSame(one.slug, slug));
  if (competition === undefined) throw new ApiError(404, 'Competition not found');
  return competition;
}

/** A competition in which the account may submit. */
function findOpen(ctx: Context, slug: string): Competition {
  const competition = find(ctx, slug);
  if (competition.rulesAccepted === false) throw new ApiError(403, 'You must accept this competition’s rules before you can continue.');
  return competition;
}

function countToday({ submissions }: Competition, now: number): number {
  return submissions.filter(({ date }) => Math.floor(date / DAY) === Math.floor(now / DAY)).length;
}

function addSubmission(
  { ctx, account }: Call,
  competition: Competition,
  file: Pick<Submission, 'fileName' | 'description' | 'bytes'>,
): object {
  const now = ctx.now();
  if (countToday(competition, now) >= (competition.dailyLimit ?? 5)) throw new ApiError(400, 'You have used up your daily submissions.');
  const ref = ctx.state.nextId();
  competition.submissions.push({ ref, ...file, date: now, submittedBy: account.username, scoredAt: now + ctx.timings.scoreMs });
  return { message: `Successfully submitted to ${competition.title ?? competition.slug}`, ref };
}

const startUpload = defineMethod(
  z.object({ competitionName: z.string().optional(), fileName: z.string(), contentLength: Count }),
  ({ competitionName, fileName, contentLength }, { ctx }) => {
    if (competitionName !== undefined) findOpen(ctx, competitionName);
    return openUpload(ctx, fileName, contentLength);
  },
);

const createSubmission = defineMethod(
  Named.extend({ blobFileTokens: z.string(), submissionDescription: z.string().default('') }),
  ({ competitionName, blobFileTokens, submissionDescription }, call) => {
    const competition = findOpen(call.ctx, competitionName);
    const upload = call.ctx.state.uploads.get(blobFileTokens);
    if (upload === undefined || !upload.done) throw new ApiError(400, 'Unknown upload token');
    return addSubmission(call, competition, { fileName: upload.name, description: submissionDescription, bytes: upload.bytes });
  },
);

const CodeSubmission = Named.extend({
  kernelOwner: z.string(),
  kernelSlug: z.string(),
  kernelVersion: Count.optional(),
  fileName: z.string(),
  submissionDescription: z.string().default(''),
});

const createCodeSubmission = defineMethod(CodeSubmission, async (request, call) => {
  const { ctx, account } = call;
  const competition = findOpen(ctx, request.competitionName);
  const { versions } = findKernel(ctx, account, request.kernelOwner, request.kernelSlug, 404);
  const wanted = request.kernelVersion;
  const version = wanted === undefined ? versions.at(-1) : versions.find(({ number }) => number === wanted);
  if (version?.session?.state !== 'COMPLETE') throw new ApiError(400, 'The notebook version has not completed');
  if (version.internet) throw new ApiError(400, 'Your Notebook cannot use internet access in this competition.');
  const file = (await listOutputs(version.session.workingFolder)).find(({ name }) => name === request.fileName);
  if (file === undefined) throw new ApiError(400, `The notebook did not write ${request.fileName}`);
  return addSubmission(call, competition, {
    fileName: request.fileName,
    description: request.submissionDescription,
    bytes: await readFile(file.path),
  });
});

function describe(ctx: Context, { score }: Competition, submission: Submission): object {
  const { ref, fileName, date, description, bytes, submittedBy, scoredAt } = submission;
  const common = {
    ref,
    fileName,
    date: formatTime(date),
    description,
    totalBytes: bytes.length,
    submittedBy,
    submittedByRef: submittedBy,
    teamName: submittedBy,
    url: `/submissions/${ref}/${ref}.raw`,
    privateScore: '',
  };
  if (score === undefined || ctx.now() < scoredAt) return { ...common, status: 'PENDING', publicScore: '', errorDescription: '' };
  try {
    return { ...common, status: 'COMPLETE', publicScore: score(bytes).toFixed(5), errorDescription: '' };
  } catch (error) {
    return { ...common, status: 'ERROR', publicScore: '', errorDescription: error instanceof Error ? error.message : String(error) };
  }
}

const listSubmissions = defineMethod(
  Named.extend({ page: Count.optional(), pageSize: Count.optional(), pageToken: z.string().optional() }),
  ({ competitionName, pageSize, pageToken }, { ctx }) => {
    const competition = find(ctx, competitionName);
    const { items, nextPageToken } = cutPage(competition.submissions.toReversed(), pageToken, pageSize, 20);
    return { submissions: items.map((submission) => describe(ctx, competition, submission)), nextPageToken };
  },
);

const getSubmission = defineMethod(z.object({ ref: Count }), ({ ref }, { ctx }) => {
  for (const competition of ctx.state.competitions) {
    const submission = competition.submissions.find((one) => one.ref === ref);
    if (submission !== undefined) return describe(ctx, competition, submission);
  }
  throw new ApiError(404, 'Submission not found');
});

const getLimits = defineMethod(Named, ({ competitionName }, { ctx }) => {
  const competition = find(ctx, competitionName);
  const numToday = countToday(competition, ctx.now());
  const numAllowedNow = Math.max(0, (competition.dailyLimit ?? 5) - numToday);
  return { numToday, numTotal: competition.submissions.length, numAllowedNow, limitedByTotal: false };
});

const getCompetition = defineMethod(Named, ({ competitionName }, { ctx }) => {
  const { slug, title, dailyLimit, rulesAccepted } = find(ctx, competitionName);
  const url = `https://www.kaggle.com/competitions/${slug}`;
  return { ref: url, url, title: title ?? slug, maxDailySubmissions: dailyLimit ?? 5, userHasEntered: rulesAccepted !== false };
});

export const competitionMethods: Readonly<Record<string, Method>> = {
  StartSubmissionUpload: startUpload,
  CreateSubmission: createSubmission,
  CreateCodeSubmission: createCodeSubmission,
  ListSubmissions: listSubmissions,
  GetSubmission: getSubmission,
  GetSubmissionLimits: getLimits,
  GetCompetition: getCompetition,
};
