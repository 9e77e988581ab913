import { formatKernelId, linkKernel, readKernelRef, type KernelId } from '../../core/kaggle/kernel-id.ts';
import type { SaveRequest } from '../../core/kaggle/metadata.ts';
import { readDuration, type AcceleratorQuota, type Quota } from '../../core/kaggle/quota.ts';
import type { SessionLook } from '../../core/kaggle/status.ts';
import { ReprobotError, hasCode } from '../../errors.ts';
import { explainRefusal } from './failures.ts';
import { ListAnswer, PullAnswer, PushAnswer, QuotaAnswer, StatusAnswer } from './schema.ts';
import type { Transport } from './transport.ts';

const SERVICE = 'kernels.KernelsApiService';

export interface Pushed {
  /** As Kaggle files it, which is what status and output are asked for. */
  readonly id: KernelId;
  readonly versionNumber: number;
  readonly kernelId: number | null;
  readonly url: string;
  readonly missingInputs: readonly string[];
}

/** Saves a version and starts it. Never repeats itself: after kaggle.outcome-unknown the caller looks what is there. */
export async function pushKernel(transport: Transport, id: KernelId, body: SaveRequest, signal?: AbortSignal): Promise<Pushed> {
  const doing = `pushing ${formatKernelId(id)} to Kaggle`;
  const answer = await transport.call({ service: SERVICE, method: 'SaveKernel', body, answer: PushAnswer, doing, changes: true, signal });
  if (answer.error !== '') throw explainRefusal(doing, answer.error);
  if (answer.versionNumber === null) {
    throw new ReprobotError({ code: 'kaggle.outcome-unknown', doing, why: 'Kaggle’s answer names no version', transient: true });
  }
  const filed = readKernelRef(answer.ref) ?? readKernelRef(answer.url) ?? id;
  return {
    id: filed,
    versionNumber: answer.versionNumber,
    kernelId: answer.kernelId,
    url: answer.url === '' ? linkKernel(filed) : answer.url,
    missingInputs: [
      ...answer.invalidDatasetSources,
      ...answer.invalidCompetitionSources,
      ...answer.invalidKernelSources,
      ...answer.invalidModelSources,
    ],
  };
}

/** One look at a session: of one version, or of whichever Kaggle takes for the newest. Rejects with kaggle.not-found where there is none. */
export async function lookAtSession(
  transport: Transport,
  id: KernelId,
  version: number | null,
  signal?: AbortSignal,
): Promise<SessionLook> {
  const label = version === null ? {} : { versionLabel: `v${version}` };
  const { status, failureMessage } = await transport.call({
    service: SERVICE,
    method: 'GetKernelSessionStatus',
    body: { userName: id.owner, kernelSlug: id.slug, ...label },
    answer: StatusAnswer,
    doing: `asking Kaggle how ${formatKernelId(id)} is doing`,
    named: true,
    signal,
  });
  return { state: status, failureMessage: failureMessage === '' ? null : failureMessage };
}

/** Source and metadata of a version, the newest unless told. Null when the account has no such kernel. */
export async function pullKernel(transport: Transport, id: KernelId, version?: number, signal?: AbortSignal): Promise<PullAnswer | null> {
  const label = version === undefined ? {} : { versionLabel: `v${version}` };
  try {
    return await transport.call({
      service: SERVICE,
      method: 'GetKernel',
      body: { userName: id.owner, kernelSlug: id.slug, ...label },
      answer: PullAnswer,
      doing: `reading ${formatKernelId(id)} from Kaggle`,
      named: true,
      signal,
    });
  } catch (error) {
    // Of a kernel that never was, this method answers 500; only the list of the account's kernels tells that from trouble.
    const is500 = hasCode(error, 'kaggle.unavailable') && error.details['status'] === 500;
    if (!is500 && !hasCode(error, 'kaggle.not-found')) throw error;
    if (version !== undefined || (await isListed(transport, id, signal))) throw error;
    return null;
  }
}

/** Whether the kernel is among the hundred newest of the account. */
async function isListed(transport: Transport, id: KernelId, signal: AbortSignal | undefined): Promise<boolean> {
  const { kernels } = await transport.call({
    service: SERVICE,
    method: 'ListKernels',
    body: { group: 'PROFILE', sortBy: 'DATE_CREATED', page: 1, pageSize: 100 },
    answer: ListAnswer,
    doing: `looking for ${formatKernelId(id)} among this account’s notebooks`,
    signal,
  });
  const wanted = formatKernelId(id).toLowerCase();
  return kernels.some(({ ref }) => {
    const listed = readKernelRef(ref);
    return listed !== null && formatKernelId(listed).toLowerCase() === wanted;
  });
}

/** Rejects with kaggle.auth-refused when the credentials are not good; the cheapest call that depends on nothing else. */
export async function checkCredentials(transport: Transport, signal?: AbortSignal): Promise<void> {
  const doing = 'checking the Kaggle credentials';
  const body = { group: 'PROFILE', page: 1, pageSize: 1 };
  await transport.call({ service: SERVICE, method: 'ListKernels', body, answer: ListAnswer, doing, signal });
}

/** The week's accelerator time. */
export async function readQuota(transport: Transport, signal?: AbortSignal): Promise<Quota> {
  const answer = await transport.call({
    service: SERVICE,
    method: 'GetAcceleratorQuotaStatistics',
    body: {},
    answer: QuotaAnswer,
    doing: 'asking Kaggle for the quota',
    signal,
  });
  const refreshAt = Date.parse(answer.quotaRefreshTime);
  return { gpu: readUse(answer.gpuQuota), tpu: readUse(answer.tpuQuota), refreshAt: Number.isNaN(refreshAt) ? null : refreshAt };
}

function readUse(use: QuotaAnswer['gpuQuota']): AcceleratorQuota {
  return {
    usedSeconds: readDuration(use?.timeUsed ?? ''),
    reservedSeconds: readDuration(use?.timeReserved ?? ''),
    totalSeconds: readDuration(use?.totalTimeAllowed ?? ''),
  };
}
