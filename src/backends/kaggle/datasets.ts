import { formatKernelId, type KernelId } from '../../core/kaggle/kernel-id.ts';
import { ReprobotError, hasCode } from '../../errors.ts';
import { explainRefusal } from './failures.ts';
import { DatasetAnswer, DatasetChangeAnswer, DatasetStatusAnswer, UploadAnswer, type DATASET_STATES } from './schema.ts';
import type { Transport } from './transport.ts';
import { describeUpload, sendBytes, type UploadFile } from './uploads.ts';

const SERVICE = 'datasets.DatasetApiService';

export type DatasetState = (typeof DATASET_STATES)[number];

export interface PublishRequest {
  /** Of this publication; it stands in the version's notes, by which a repeated call finds it. */
  readonly token: string;
  readonly id: KernelId;
  readonly title: string;
  /** Such as `CC0-1.0`; used when the data set is new. */
  readonly licence: string;
  /** All files of the version: what is not sent again is gone from it. */
  readonly files: readonly UploadFile[];
  readonly signal?: AbortSignal;
}

export interface Published {
  readonly id: KernelId;
  readonly url: string;
  /** Null where Kaggle does not tell it yet. */
  readonly versionNumber: number | null;
}

interface Folder {
  readonly name: string;
  readonly files: { token: string }[];
  readonly directories: Folder[];
}

/** The state of a data set's newest version; only READY can be attached. Null when the account sees no such data set. */
export async function readDatasetState(transport: Transport, id: KernelId, signal?: AbortSignal): Promise<DatasetState | null> {
  try {
    const { status } = await transport.call({
      service: SERVICE,
      method: 'GetDatasetStatus',
      body: { ownerSlug: id.owner, datasetSlug: id.slug },
      answer: DatasetStatusAnswer,
      doing: `asking Kaggle for the data set ${formatKernelId(id)}`,
      named: true,
      signal,
    });
    return status;
  } catch (error) {
    if (hasCode(error, 'kaggle.not-found')) return null;
    throw error;
  }
}

/** Makes the data set, always a private one, or a new version of it. A repeated call with the same token finds what is there. */
export async function publishDataset(transport: Transport, request: PublishRequest): Promise<Published> {
  const { id, token, signal } = request;
  const name = formatKernelId(id);
  checkRequest(request);
  const there = await readDataset(transport, id, signal);
  const notes = `reprobot ${token}`;
  const done = there?.versions.find(({ versionNotes }) => versionNotes === notes);
  if (done !== undefined) return { id, url: linkDataset(id), versionNumber: done.versionNumber };
  const content = await uploadAll(transport, request);
  const doing = `${there === null ? 'creating' : 'adding a version to'} the data set ${name}`;
  const call =
    there === null
      ? {
          method: 'CreateDataset',
          body: {
            ownerSlug: id.owner,
            slug: id.slug,
            title: request.title,
            licenseName: request.licence,
            isPrivate: true,
            ...content,
            categoryIds: [],
          },
        }
      : {
          method: 'CreateDatasetVersion',
          body: {
            ownerSlug: id.owner,
            datasetSlug: id.slug,
            body: { versionNotes: notes, deleteOldVersions: false, ...content, categoryIds: [] },
          },
        };
  const answer = await transport.call({ service: SERVICE, ...call, answer: DatasetChangeAnswer, doing, changes: true, signal });
  if (answer.error !== '') throw explainRefusal(doing, answer.error);
  if (answer.status.toLowerCase() !== 'ok') {
    throw new ReprobotError({
      code: 'kaggle.outcome-unknown',
      doing,
      why: `Kaggle answered with the status ${JSON.stringify(answer.status)}`,
      transient: true,
    });
  }
  return { id, url: answer.url === '' ? linkDataset(id) : answer.url, versionNumber: there === null ? 1 : null };
}

function checkRequest({ id, title, files }: PublishRequest): void {
  const isLength = (text: string): boolean => text.length >= 6 && text.length <= 50;
  const problems = [
    ...(isLength(title) ? [] : [`the title has ${title.length} characters, Kaggle takes 6 to 50`]),
    ...(isLength(id.slug) ? [] : [`the name ${id.slug} has ${id.slug.length} characters, Kaggle takes 6 to 50`]),
    ...(files.length > 0 ? [] : ['it has no files']),
    ...(new Set(files.map(({ name }) => name)).size === files.length ? [] : ['two files have the same name']),
    ...files
      .filter(({ name }) => name.split('/').some((part) => part === '' || part === '.' || part === '..'))
      .map(({ name }) => `${name} is no file name`),
  ];
  if (problems.length === 0) return;
  throw new ReprobotError({ code: 'kaggle.refused', doing: `preparing the data set ${formatKernelId(id)}`, why: problems.join('; ') });
}

async function readDataset(transport: Transport, id: KernelId, signal: AbortSignal | undefined) {
  try {
    return await transport.call({
      service: SERVICE,
      method: 'GetDataset',
      body: { ownerSlug: id.owner, datasetSlug: id.slug },
      answer: DatasetAnswer,
      doing: `reading the data set ${formatKernelId(id)}`,
      named: true,
      signal,
    });
  } catch (error) {
    if (hasCode(error, 'kaggle.not-found')) return null;
    throw error;
  }
}

async function uploadAll(transport: Transport, { files, signal }: PublishRequest): Promise<Omit<Folder, 'name'>> {
  const root: Folder = { name: '', files: [], directories: [] };
  for (const file of files) {
    const parts = file.name.split('/');
    const base = parts.pop() ?? file.name;
    const { token, createUrl } = await transport.call({
      service: 'blobs.BlobApiService',
      method: 'StartBlobUpload',
      body: { type: 'DATASET', name: base, ...(await describeUpload(file)) },
      answer: UploadAnswer,
      doing: `starting the upload of ${file.name}`,
      signal,
    });
    await sendBytes(transport, file, createUrl, signal);
    findFolder(root, parts).files.push({ token });
  }
  return { files: root.files, directories: root.directories };
}

function findFolder(root: Folder, parts: readonly string[]): Folder {
  let folder = root;
  for (const name of parts) {
    let next = folder.directories.find((one) => one.name === name);
    if (next === undefined) folder.directories.push((next = { name, files: [], directories: [] }));
    folder = next;
  }
  return folder;
}

function linkDataset(id: KernelId): string {
  return `https://www.kaggle.com/datasets/${formatKernelId(id)}`;
}
