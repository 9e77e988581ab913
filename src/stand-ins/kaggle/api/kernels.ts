import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { Context } from '../context.ts';
import { renderLog } from '../log.ts';
import { findRefresh, measureQuota } from '../quota.ts';
import { isActive, stopSession } from '../sessions.ts';
import { isSame, type Account, type Kernel, type Session, type Version } from '../state.ts';
import { listOutputs, signAddress } from '../storage.ts';
import { Count, cutPage, defineMethod, formatDuration, formatTime, Redirect, type Method } from './method.ts';
import { saveKernel } from './save-kernel.ts';

const Named = z.object({ userName: z.string(), kernelSlug: z.string(), versionLabel: z.string().optional() });
const Paged = { pageSize: Count.optional(), pageToken: z.string().optional() };

/** The kernel that a call names, if the account may see it; the real service tells “none” and “not yours” apart in no way that helps. */
export function findKernel(ctx: Context, account: Account, owner: string, slug: string, status: number): Kernel {
  if (slug.includes('/')) throw new ApiError(403, "Permission 'kernels.get' was denied");
  const kernel = ctx.state.findKernel(owner, slug);
  const newest = kernel?.versions.at(-1);
  if (kernel !== undefined && newest !== undefined && (isSame(kernel.owner, account.username) || !newest.isPrivate)) return kernel;
  throw new ApiError(status, status === 500 ? 'Internal error' : "Permission 'kernels.get' was denied");
}

function findVersion(kernel: Kernel, label: string | undefined): Version | undefined {
  if (label === undefined || label === '') return kernel.versions.at(-1);
  const number = /^v(\d{1,9})$/.exec(label)?.[1];
  const version = kernel.versions.find((one) => String(one.number) === number);
  if (version === undefined) throw new ApiError(404, 'Version not found');
  return version;
}

const getStatus = defineMethod(Named, ({ userName, kernelSlug, versionLabel }, { ctx, account }) => {
  const kernel = findKernel(ctx, account, userName, kernelSlug, ctx.unknownKernelStatus);
  const version = findVersion(kernel, versionLabel);
  const { session } = version ?? {};
  if (session === undefined) return { status: 'NEW_SCRIPT' };
  if (ctx.now() - session.pushedAt >= ctx.timings.staleMs) return describeStatus(ctx, session);
  // The session is not to be seen yet; without a label the version before it is.
  const before = versionLabel === undefined ? kernel.versions.at(-2)?.session : undefined;
  if (before === undefined) throw new ApiError(404, 'Session not found');
  return describeStatus(ctx, before);
});

function describeStatus(ctx: Context, { state, failureMessage }: Session): object {
  if (state === 'QUEUED' && ctx.faults.take('omit-status') !== undefined) return {};
  return { status: state, failureMessage: failureMessage ?? '', hasFailureMessage: failureMessage !== undefined };
}

const listOutput = defineMethod(Named.extend(Paged), async (request, { ctx, account }) => {
  const kernel = findKernel(ctx, account, request.userName, request.kernelSlug, ctx.unknownKernelStatus);
  const session = findVersion(kernel, request.versionLabel)?.session;
  if (session === undefined) return { files: [], log: '', nextPageToken: '' };
  const all = isActive(session) ? [] : await listOutputs(session.workingFolder);
  const { items, nextPageToken, isFirst } = cutPage(all, request.pageToken, request.pageSize, 20);
  const files = items.map(({ name }) => ({ url: signAddress(ctx, 'output', String(session.id), name), fileName: name }));
  return { files, ...(isFirst ? { log: renderLog(ctx, session.log) } : {}), nextPageToken };
});

const listFiles = defineMethod(Named.extend(Paged), async (request, { ctx, account }) => {
  const kernel = findKernel(ctx, account, request.userName, request.kernelSlug, ctx.unknownKernelStatus);
  const session = findVersion(kernel, request.versionLabel)?.session;
  const all = session === undefined || isActive(session) ? [] : await listOutputs(session.workingFolder);
  const { items, nextPageToken } = cutPage(all, request.pageToken, request.pageSize, 20);
  const creationDate = formatTime(session?.endedAt ?? ctx.now());
  return { files: items.map(({ name, size }) => ({ name, size, creationDate })), nextPageToken };
});

const downloadOutput = defineMethod(
  z.object({ ownerSlug: z.string(), kernelSlug: z.string(), filePath: z.string().default('') }),
  async ({ ownerSlug, kernelSlug, filePath }, { ctx, account }) => {
    const session = findKernel(ctx, account, ownerSlug, kernelSlug, ctx.unknownKernelStatus).versions.at(-1)?.session;
    const file = session === undefined ? undefined : (await listOutputs(session.workingFolder)).find(({ name }) => name === filePath);
    if (session === undefined || file === undefined) throw new ApiError(404, 'File not found');
    return new Redirect(signAddress(ctx, 'output', String(session.id), file.name));
  },
);

const getKernel = defineMethod(Named, ({ userName, kernelSlug, versionLabel }, { ctx, account }) => {
  const kernel = findKernel(ctx, account, userName, kernelSlug, 500);
  const version = findVersion(kernel, versionLabel);
  const { slug, language, kernelType } = kernel;
  return { metadata: describeKernel(kernel, version), blob: { source: version?.source ?? '', language, kernelType, slug } };
});

function describeKernel(kernel: Kernel, version: Version | undefined): object {
  const last = kernel.versions.findLast(({ session }) => session !== undefined)?.session;
  return {
    id: kernel.id,
    ref: `${kernel.owner}/${kernel.slug}`,
    title: kernel.title,
    author: kernel.owner,
    slug: kernel.slug,
    lastRunTime: formatTime(last?.pushedAt ?? 0),
    language: kernel.language,
    kernelType: kernel.kernelType,
    isPrivate: version?.isPrivate ?? true,
    enableGpu: version?.accelerator === 'gpu',
    enableTpu: version?.accelerator === 'tpu',
    enableInternet: version?.internet ?? false,
    categoryIds: version?.keywords ?? [],
    datasetDataSources: version?.sources.datasets ?? [],
    kernelDataSources: version?.sources.kernels ?? [],
    competitionDataSources: version?.sources.competitions ?? [],
    modelDataSources: version?.sources.models ?? [],
    totalVotes: 0,
    currentVersionNumber: kernel.versions.length,
    ...(version?.dockerImage === undefined ? {} : { dockerImage: version.dockerImage }),
    ...(version?.machineShape === undefined ? {} : { machineShape: version.machineShape }),
  };
}

const ListRequest = z.object({
  group: z.union([z.string(), z.number()]).optional(),
  user: z.string().optional(),
  search: z.string().optional(),
  page: Count.optional(),
  pageSize: Count.optional(),
  pageToken: z.string().optional(),
});

const listKernels = defineMethod(ListRequest, ({ group, user, search = '', page = 1, pageSize, pageToken }, { ctx, account }) => {
  const mine = group === 'PROFILE' || group === 1;
  const all = ctx.state.kernels.filter((kernel) => {
    const isOwn = isSame(kernel.owner, account.username);
    if (mine ? !isOwn : !isOwn && kernel.versions.at(-1)?.isPrivate !== false) return false;
    if (user !== undefined && user !== '' && !isSame(kernel.owner, user)) return false;
    return `${kernel.slug} ${kernel.title.toLowerCase()}`.includes(search.toLowerCase());
  });
  const size = pageSize ?? 20;
  const start = pageToken === undefined && page > 1 ? Buffer.from(String((page - 1) * size)).toString('base64url') : pageToken;
  const { items, nextPageToken } = cutPage(all, start, size, 20, 100);
  return { kernels: items.map((kernel) => describeKernel(kernel, kernel.versions.at(-1))), nextPageToken };
});

const deleteKernel = defineMethod(Named, ({ userName, kernelSlug }, { ctx, account }) => {
  const refused = ctx.faults.take('refuse', 'DeleteKernel');
  const kernel = ctx.state.findKernel(userName, kernelSlug);
  if (refused !== undefined || kernel === undefined || !isSame(kernel.owner, account.username)) {
    return { errorMessage: refused?.text ?? 'Kernel not found' };
  }
  for (const { session } of kernel.versions) if (session !== undefined) stopSession(ctx, session);
  ctx.state.kernels.splice(ctx.state.kernels.indexOf(kernel), 1);
  return { errorMessage: '' };
});

/** Takes an id that no answer ever tells, as the real one. */
const cancelSession = defineMethod(z.object({ kernelSessionId: Count }), ({ kernelSessionId }, { ctx, account }) => {
  const own = ctx.state.kernels.filter(({ owner }) => isSame(owner, account.username)).flatMap(({ versions }) => versions);
  const session = own.find((version) => version.session?.id === kernelSessionId)?.session;
  if (session === undefined) return { errorMessage: 'Kernel session not found' };
  stopSession(ctx, session);
  return {};
});

const getQuota = defineMethod(z.object({}), (_request, { ctx }) => {
  const describe = (kind: 'gpu' | 'tpu'): object => {
    const { used, reserved, total } = measureQuota(ctx, kind);
    return {
      timeUsed: formatDuration(used),
      timeReserved: formatDuration(reserved),
      totalTimeAllowed: formatDuration(total),
      minimumTimeAllowed: formatDuration(total),
      isPayToScaleEnabled: false,
      hasEverRun: used > 0,
    };
  };
  return { quotaRefreshTime: formatTime(findRefresh(ctx.now())), gpuQuota: describe('gpu'), tpuQuota: describe('tpu') };
});

export const kernelMethods: Readonly<Record<string, Method>> = {
  SaveKernel: saveKernel,
  GetKernelSessionStatus: getStatus,
  ListKernelSessionOutput: listOutput,
  ListKernelFiles: listFiles,
  DownloadKernelOutput: downloadOutput,
  GetKernel: getKernel,
  ListKernels: listKernels,
  DeleteKernel: deleteKernel,
  CancelKernelSession: cancelSession,
  GetAcceleratorQuotaStatistics: getQuota,
};
