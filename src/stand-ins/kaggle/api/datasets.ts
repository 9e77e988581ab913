import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { Context } from '../context.ts';
import { slugify } from '../slug.ts';
import { isSame, type Account, type Dataset, type DatasetFile, type DatasetVersion } from '../state.ts';
import { signAddress } from '../storage.ts';
import { Count, cutPage, defineMethod, Flag, formatTime, Redirect, type Method } from './method.ts';

/** A file as it came. */
interface SentFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const NewFile = z.object({ token: z.string(), description: z.string().optional() });

interface Directory {
  readonly name: string;
  readonly directories: readonly Directory[];
  readonly files: readonly z.infer<typeof NewFile>[];
}

const Directory: z.ZodType<Directory> = z.lazy(() =>
  z.object({ name: z.string(), directories: z.array(Directory).default([]), files: z.array(NewFile).default([]) }),
);
const Content = {
  files: z.array(NewFile).default([]),
  directories: z.array(Directory).default([]),
  subtitle: z.string().optional(),
  description: z.string().optional(),
  categoryIds: z.array(z.string()).default([]),
};
const Named = z.object({ ownerSlug: z.string(), datasetSlug: z.string() });

/** What a change answers; the caller must look at `status` and `error`, not at the code. */
function answer(dataset: Dataset | null, error = ''): object {
  const ref = dataset === null ? '' : `/${dataset.owner}/${dataset.slug}`;
  const url = dataset === null ? '' : `https://www.kaggle.com/datasets${ref}`;
  return { ref, url, status: error === '' ? 'ok' : 'error', error, hasError: error !== '', invalidTags: [] };
}

const create = defineMethod(
  z.object({
    ownerSlug: z.string(),
    slug: z.string().optional(),
    title: z.string(),
    licenseName: z.string().optional(),
    isPrivate: Flag.default(false),
    ...Content,
  }),
  async (request, { ctx, account }) => {
    const refused = ctx.faults.take('refuse', 'CreateDataset');
    if (refused !== undefined) return answer(null, refused.text);
    const slug = request.slug ?? slugify(request.title);
    if (/\s/.test(slug)) throw new ApiError(400, 'Invalid dataset slug');
    if (!isSame(request.ownerSlug, account.username)) return answer(null, 'You are not allowed to create a dataset as this owner');
    if (request.title.length < 6 || request.title.length > 50) return answer(null, 'The title must be between 6 and 50 characters');
    if (slug.length < 6 || slug.length > 50) return answer(null, 'The slug must be between 6 and 50 characters');
    // Datasets and notebooks of one owner share their names.
    if (ctx.state.findDataset(account.username, slug) !== undefined || ctx.state.findKernel(account.username, slug) !== undefined) {
      return answer(null, `The requested title "${request.title}" is already in use by a dataset. Please choose another title.`);
    }
    const files = collect(ctx, request.files, request.directories, '');
    if (files.length === 0) return answer(null, 'The dataset holds no files');
    const dataset: Dataset = {
      id: ctx.state.nextId(),
      owner: account.username,
      slug,
      title: request.title,
      licence: request.licenseName ?? 'unknown',
      isPrivate: request.isPrivate,
      subtitle: request.subtitle ?? '',
      description: request.description ?? '',
      versions: [],
    };
    await addVersion(ctx, dataset, files, 'Initial release');
    ctx.state.datasets.push(dataset);
    return answer(dataset);
  },
);

const VersionBody = z.object({ versionNotes: z.string().default(''), deleteOldVersions: Flag.default(false), ...Content });

async function publish(ctx: Context, account: Account, dataset: Dataset | undefined, body: z.infer<typeof VersionBody>): Promise<object> {
  const refused = ctx.faults.take('refuse', 'CreateDatasetVersion');
  if (refused !== undefined) return answer(null, refused.text);
  if (dataset === undefined || !isSame(dataset.owner, account.username)) throw new ApiError(403, "Permission 'datasets.update' was denied");
  const files = collect(ctx, body.files, body.directories, '');
  if (files.length === 0) return answer(null, 'The version holds no files');
  // The new list is the whole list: what was not sent again is gone.
  await addVersion(ctx, dataset, files, body.versionNotes);
  if (body.deleteOldVersions) dataset.versions.splice(0, dataset.versions.length - 1);
  dataset.subtitle = body.subtitle ?? dataset.subtitle;
  dataset.description = body.description ?? dataset.description;
  return answer(dataset);
}

const createVersion = defineMethod(Named.extend({ body: VersionBody }), ({ ownerSlug, datasetSlug, body }, { ctx, account }) =>
  publish(ctx, account, ctx.state.findDataset(ownerSlug, datasetSlug), body),
);

const createVersionById = defineMethod(z.object({ id: Count, body: VersionBody }), ({ id, body }, { ctx, account }) =>
  publish(
    ctx,
    account,
    ctx.state.datasets.find((dataset) => dataset.id === id),
    body,
  ),
);

function collect(ctx: Context, files: readonly { token: string }[], directories: readonly Directory[], prefix: string): SentFile[] {
  const own = files.map(({ token }) => {
    const upload = ctx.state.uploads.get(token);
    if (upload === undefined || !upload.done) throw new ApiError(400, 'Unknown upload token');
    return { name: `${prefix}${upload.name}`, bytes: upload.bytes };
  });
  const inner = directories.flatMap((folder) => collect(ctx, folder.files, folder.directories, `${prefix}${folder.name}/`));
  return [...own, ...inner];
}

async function addVersion(ctx: Context, dataset: Dataset, sent: readonly SentFile[], notes: string): Promise<void> {
  const number = (dataset.versions.at(-1)?.number ?? 0) + 1;
  const folder = join(ctx.folder, 'datasets', String(dataset.id), String(number));
  for (const { name, bytes } of sent) {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep)) throw new ApiError(400, `Invalid file name: ${name}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  const now = ctx.now();
  const files = sent.map(({ name, bytes }) => ({ name, size: bytes.length }));
  dataset.versions.push({ number, notes, createdAt: now, readyAt: now + ctx.timings.datasetReadyMs, files, folder });
}

/** A dataset that the account may see. */
function find(
  ctx: Context,
  account: Account,
  { ownerSlug, datasetSlug }: z.infer<typeof Named>,
): { dataset: Dataset; newest: DatasetVersion } {
  const dataset = ctx.state.findDataset(ownerSlug, datasetSlug);
  const newest = dataset?.versions.at(-1);
  if (dataset === undefined || newest === undefined || (dataset.isPrivate && !isSame(dataset.owner, account.username))) {
    throw new ApiError(403, "Permission 'datasets.get' was denied");
  }
  return { dataset, newest };
}

const getStatus = defineMethod(Named, (request, { ctx, account }) => {
  const { newest } = find(ctx, account, request);
  return { status: ctx.now() >= newest.readyAt ? 'READY' : 'BLOBS_RECEIVED' };
});

const getDataset = defineMethod(Named, (request, { ctx, account }) => {
  const { dataset, newest } = find(ctx, account, request);
  return {
    id: dataset.id,
    ref: `${dataset.owner}/${dataset.slug}`,
    title: dataset.title,
    subtitle: dataset.subtitle,
    description: dataset.description,
    ownerRef: dataset.owner,
    licenseName: dataset.licence,
    isPrivate: dataset.isPrivate,
    currentVersionNumber: newest.number,
    totalBytes: newest.files.reduce((sum, { size }) => sum + size, 0),
    files: newest.files.map((file) => describeFile(newest, file)),
    versions: dataset.versions.toReversed().map(({ number, createdAt, notes, readyAt }) => ({
      versionNumber: number,
      creationDate: formatTime(createdAt),
      versionNotes: notes,
      status: ctx.now() >= readyAt ? 'Ready' : 'Pending',
    })),
  };
});

function describeFile({ createdAt }: DatasetVersion, { name, size }: DatasetFile): object {
  return {
    ref: name,
    name,
    totalBytes: size,
    creationDate: formatTime(createdAt),
    fileType: name.includes('.') ? `.${name.split('.').at(-1)}` : '',
    columns: [],
  };
}

const Versioned = Named.extend({ datasetVersionNumber: z.string().or(z.number()).optional() });

function findVersion(ctx: Context, account: Account, request: z.infer<typeof Versioned>) {
  const { dataset, newest } = find(ctx, account, request);
  // Old clients write words such as None where they mean the newest.
  const wanted = Number(request.datasetVersionNumber ?? Number.NaN);
  const version = Number.isNaN(wanted) || wanted === 0 ? newest : dataset.versions.find(({ number }) => number === wanted);
  if (version === undefined) throw new ApiError(404, 'Version not found');
  return { dataset, version };
}

const listFiles = defineMethod(
  Versioned.extend({ pageSize: Count.optional(), pageToken: z.string().optional() }),
  (request, { ctx, account }) => {
    const { version } = findVersion(ctx, account, request);
    const { items, nextPageToken } = cutPage(version.files, request.pageToken, request.pageSize, 20);
    return { datasetFiles: items.map((file) => describeFile(version, file)), errorMessage: '', nextPageToken };
  },
);

const getMetadata = defineMethod(Named, (request, { ctx, account }) => {
  const { dataset } = find(ctx, account, request);
  const { id, owner, slug, title, subtitle, description, isPrivate, licence } = dataset;
  const info = {
    datasetId: id,
    datasetSlug: slug,
    ownerUser: owner,
    title,
    subtitle,
    description,
    isPrivate,
    licenses: [{ name: licence }],
    keywords: [],
  };
  return { info, errorMessage: '' };
});

const download = defineMethod(Versioned.extend({ fileName: z.string().optional() }), (request, { ctx, account }) => {
  const { dataset, version } = findVersion(ctx, account, request);
  const file = version.files.find(({ name }) => name === request.fileName);
  if (request.fileName === undefined || request.fileName === '')
    throw new ApiError(404, 'This stand-in hands out single files only; name one');
  if (file === undefined) throw new ApiError(404, 'File not found');
  return new Redirect(signAddress(ctx, 'dataset', `${dataset.id}-${version.number}`, file.name));
});

const remove = defineMethod(Named, (request, { ctx, account }) => {
  const { dataset } = find(ctx, account, request);
  if (!isSame(dataset.owner, account.username)) throw new ApiError(403, "Permission 'datasets.delete' was denied");
  ctx.state.datasets.splice(ctx.state.datasets.indexOf(dataset), 1);
  return { errorMessage: '' };
});

export const datasetMethods: Readonly<Record<string, Method>> = {
  CreateDataset: create,
  CreateDatasetVersion: createVersion,
  CreateDatasetVersionById: createVersionById,
  GetDatasetStatus: getStatus,
  GetDataset: getDataset,
  GetDatasetMetadata: getMetadata,
  ListDatasetFiles: listFiles,
  DownloadDataset: download,
  DeleteDataset: remove,
};
