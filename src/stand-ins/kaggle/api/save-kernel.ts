import { join } from 'node:path';
import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { Context } from '../context.ts';
import { measureQuota } from '../quota.ts';
import { isActive, listSessions, moveSessions } from '../sessions.ts';
import { slugify } from '../slug.ts';
import { isSame, type Account, type Kernel, type Sources, type Version } from '../state.ts';
import { Count, defineMethod, Flag } from './method.ts';

const Slugs = z.array(z.string()).default([]);
const KINDS: Readonly<Record<number, string>> = { 1: 'SAVE_AND_RUN_ALL', 2: 'INTER_ACTIVE', 3: 'QUICK_SAVE' };

const SaveRequest = z.object({
  id: Count.optional(),
  slug: z.string().optional(),
  newTitle: z.string().optional(),
  text: z.string().default(''),
  language: z.enum(['python', 'r', 'rmarkdown', 'julia', 'sqlite']).optional(),
  kernelType: z.enum(['notebook', 'script']).optional(),
  isPrivate: Flag.default(true),
  enableGpu: Flag.default(false),
  enableTpu: Flag.default(false),
  enableInternet: Flag.default(false),
  machineShape: z.string().optional(),
  datasetDataSources: Slugs,
  competitionDataSources: Slugs,
  kernelDataSources: Slugs,
  modelDataSources: Slugs,
  categoryIds: Slugs,
  dockerImage: z.string().optional(),
  sessionTimeoutSeconds: Count.optional(),
  kernelExecutionType: z.union([z.string(), z.number().transform((kind) => KINDS[kind] ?? '')]).optional(),
});
type SaveRequest = z.infer<typeof SaveRequest>;

const MOST_BYTES = 1_000_000;

export const saveKernel = defineMethod(SaveRequest, (request, { ctx, account }) => {
  const refused = ctx.faults.take('refuse', 'SaveKernel');
  if (refused !== undefined) return refuse(refused.text);
  checkRequest(ctx, request);
  const [owner = '', slug = ''] = (request.slug ?? '').split('/');
  const known = request.id === undefined ? ctx.state.findKernel(owner, slug) : ctx.state.kernels.find(({ id }) => id === request.id);
  if (request.id !== undefined && known === undefined) return refuse('Kernel not found');
  if (!isSame(known?.owner ?? owner, account.username)) return refuse('Notebook not found');
  if (known === undefined) checkNew(ctx, request, account);
  else if (request.kernelType !== undefined && request.kernelType !== known.kernelType)
    throw new ApiError(400, 'Kernel type cannot change');
  const accelerator = chooseAccelerator(request);
  const runs = request.kernelExecutionType !== 'QUICK_SAVE';
  const full = runs ? checkCapacity(ctx, accelerator) : null;
  if (full !== null) return refuse(full);
  const kernel = known ?? createKernel(ctx, request, account);
  const sources = sortSources(ctx, request);
  const version = addVersion(ctx, kernel, request, { accelerator, runs, sources: sources.valid });
  if (known !== undefined && request.newTitle !== undefined) known.title = request.newTitle;
  moveSessions(ctx);
  return {
    ref: `/code/${kernel.owner}/${kernel.slug}`,
    url: `https://www.kaggle.com/code/${kernel.owner}/${kernel.slug}`,
    versionNumber: version.number,
    hasVersionNumber: true,
    kernelId: kernel.id,
    error: '',
    hasError: false,
    invalidTags: [],
    ...sources.invalid,
  };
});

function refuse(error: string): object {
  return { ref: '', url: '', error, hasError: true, errorNullable: error, invalidTags: [], invalidDatasetSources: [] };
}

function checkRequest(ctx: Context, request: SaveRequest): void {
  if (Buffer.byteLength(request.text) >= MOST_BYTES) throw new ApiError(400, 'The kernel source must be less than 1 megabytes.');
  if (request.id === undefined && !/^[^/]+\/[^/]+$/.test(request.slug ?? ''))
    throw new ApiError(400, 'Invalid slug: expected {username}/{kernel-slug}');
  if ((request.newTitle ?? '').length > 50) throw new ApiError(500, 'Internal error');
  if ((request.sessionTimeoutSeconds ?? 1) > ctx.limits.sessionSeconds || (request.sessionTimeoutSeconds ?? 1) < 1) {
    throw new ApiError(400, 'Invalid session timeout');
  }
}

function checkNew(ctx: Context, request: SaveRequest, account: Account): void {
  if (request.newTitle === undefined || request.newTitle.length < 5)
    throw new ApiError(400, 'A title of at least 5 characters is required');
  if (request.kernelType === undefined || request.language === undefined) throw new ApiError(400, 'Language and kernel type are required');
  // The title decides the address; another kernel of that name is not overwritten.
  if (ctx.state.findKernel(account.username, slugify(request.newTitle)) !== undefined) throw new ApiError(409, 'Conflict');
  if (ctx.state.findDataset(account.username, slugify(request.newTitle)) !== undefined) throw new ApiError(409, 'Conflict');
}

function chooseAccelerator({ machineShape: shape = '', enableGpu, enableTpu }: SaveRequest): Version['accelerator'] {
  if (/^Tpu/i.test(shape)) return 'tpu';
  if (/^Nvidia/i.test(shape)) return 'gpu';
  if (shape !== '' && shape !== 'None') throw new ApiError(400, `Invalid machine shape: ${shape}`);
  return enableTpu ? 'tpu' : enableGpu ? 'gpu' : 'none';
}

/** Kaggle runs what it still has: a retired shape is replaced without a word. */
function replaceShape(shape: string | undefined): string | undefined {
  if (shape === 'NvidiaTeslaP100') return 'NvidiaTeslaT4';
  return shape === 'TpuV38' || shape === 'Tpu1VmV38' ? 'TpuV5E8' : shape;
}

function checkCapacity(ctx: Context, accelerator: Version['accelerator']): string | null {
  const active = listSessions(ctx).filter(({ session }) => isActive(session));
  if (accelerator === 'none') {
    const most = ctx.limits.cpuSessions;
    const count = active.filter(({ version }) => version.accelerator === 'none').length;
    return count < most ? null : `Maximum batch CPU session count of ${most} reached.`;
  }
  const most = ctx.limits.gpuSessions;
  const count = active.filter(({ version }) => version.accelerator === accelerator).length;
  if (count >= most) return `Maximum batch ${accelerator.toUpperCase()} session count of ${most} reached.`;
  const { used, total } = measureQuota(ctx, accelerator);
  return used < total ? null : `Maximum weekly ${accelerator.toUpperCase()} quota of ${(total / 3600).toFixed(2)} hours reached.`;
}

function createKernel(ctx: Context, request: SaveRequest, account: Account): Kernel {
  const title = request.newTitle ?? '';
  const kernel: Kernel = {
    id: ctx.state.nextId(),
    owner: account.username,
    slug: slugify(title),
    title,
    language: request.language ?? 'python',
    kernelType: request.kernelType ?? 'script',
    versions: [],
  };
  ctx.state.kernels.push(kernel);
  return kernel;
}

/** What cannot be attached is dropped and named; the run begins all the same. */
function sortSources(ctx: Context, request: SaveRequest) {
  const now = ctx.now();
  const isReady = (ref: string): boolean => {
    const [owner = '', slug = '', number] = ref.split('/');
    const versions = ctx.state.findDataset(owner, slug)?.versions ?? [];
    const version = number === undefined ? versions.at(-1) : versions.find((one) => one.number === Number(number));
    return version !== undefined && now >= version.readyAt;
  };
  const isOpen = (slug: string): boolean => ctx.state.competitions.some((one) => isSame(one.slug, slug) && one.rulesAccepted !== false);
  const isKernel = (ref: string): boolean => ctx.state.findKernel(ref.split('/')[0] ?? '', ref.split('/')[1] ?? '') !== undefined;
  const valid: Sources = {
    datasets: request.datasetDataSources.filter(isReady),
    competitions: request.competitionDataSources.filter(isOpen),
    kernels: request.kernelDataSources.filter(isKernel),
    models: [],
  };
  const invalid = {
    invalidDatasetSources: request.datasetDataSources.filter((ref) => !isReady(ref)),
    invalidCompetitionSources: request.competitionDataSources.filter((slug) => !isOpen(slug)),
    invalidKernelSources: request.kernelDataSources.filter((ref) => !isKernel(ref)),
    invalidModelSources: request.modelDataSources,
  };
  return { valid, invalid };
}

interface NewVersion {
  readonly accelerator: Version['accelerator'];
  readonly runs: boolean;
  readonly sources: Sources;
}

function addVersion(ctx: Context, kernel: Kernel, request: SaveRequest, { accelerator, runs, sources }: NewVersion): Version {
  const id = ctx.state.nextId();
  const session = {
    id,
    state: 'QUEUED' as const,
    failureMessage: undefined,
    pushedAt: ctx.now(),
    startedAt: undefined,
    endedAt: undefined,
    log: [],
    workingFolder: join(ctx.folder, 'sessions', String(id), 'working'),
    run: undefined,
  };
  const version: Version = {
    number: kernel.versions.length + 1,
    source: request.text,
    isPrivate: request.isPrivate,
    internet: request.enableInternet,
    accelerator,
    machineShape: replaceShape(request.machineShape),
    dockerImage: request.dockerImage,
    sources,
    keywords: request.categoryIds,
    timeoutSeconds: request.sessionTimeoutSeconds ?? ctx.limits.sessionSeconds,
    session: runs ? session : undefined,
  };
  kernel.versions.push(version);
  return version;
}
